/* format-rows.h - questions about page-table formats, as rows of JSON, and their answers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/paging/format-walk.h"

/* What is asked:
 *
 *      entries   { "kind": "4K", "raw": "0x…" }                                  what such bits say
 *      walk      { "tables": { ADDRESS: { INDEX: ENTRY } }, "root", "va",
 *                  "access": "load", "mode": "user", "controls": { "wp": 1 } }   where an access goes, or how it fails
 *      linux     { "kind": "pte", "row": [ … ] }                                 what the kernel's helpers make of an entry
 *
 * Numbers are JSON's, or text as "0x1f" where JSON's do not reach. Members that are no part of a question are not looked at, so that a table with
 * the answers can be asked again. */
typedef enum { PWK_FORMAT_ASK_ENTRIES, PWK_FORMAT_ASK_WALK, PWK_FORMAT_ASK_LINUX } PwkFormatQuestion;

/* Answers @rows, an array, one by one: an array of objects (caller owns). NULL with @error, which names the row and its member. */
JsonNode *pwk_format_rows_answer (const PwkFormatName *name, PwkFormatQuestion question, JsonNode *rows, GError **error);
/* How tables of @name are laid out: levels, kinds of entries and their bits, the kernel's swap entries and protections. An object (caller owns). */
JsonNode *pwk_format_layout      (const PwkFormatName *name);
