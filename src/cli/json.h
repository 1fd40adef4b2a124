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

/* An object with a list that may be long, printed row by row: nothing of it is kept. @before and @after hold an object each, whose members
 * (at least one) stand before and behind the list; a row is an object of its own. */
void pwk_json_stream_begin (JsonBuilder *before, const char *list);
void pwk_json_stream_row   (JsonBuilder *row, gboolean first);
void pwk_json_stream_end   (JsonBuilder *after, gboolean empty);
