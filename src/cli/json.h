/* json.h - members of JSON objects, and how they are printed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <stdint.h>

/* An object as a member; json_builder_end_object () ends it. */
void pwk_json_begin  (JsonBuilder *builder, const char *name);
/* NULL is left out. */
void pwk_json_text   (JsonBuilder *builder, const char *name, const char *value);
void pwk_json_number (JsonBuilder *builder, const char *name, uint64_t value);
/* What was built, to standard output, with line breaks. */
void pwk_json_print  (JsonBuilder *builder);
