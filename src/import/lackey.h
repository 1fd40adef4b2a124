/* lackey.h - accesses as text: what valgrind --tool=lackey --trace-mem=yes writes, or DynamoRIO
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/trace.h"

/* Reads `I  ADDR,SIZE`, ` L ADDR,SIZE`, ` S …` and ` M …`; skips empty lines and those that begin with ==. Lines of
 * DynamoRIO's (drcachesim.h) are read as well. Anything else is an error. */
typedef struct
{
  PwkInput *input;       /* borrowed */
  char     *text;        /* owned; whole and part lines not yet read are [at, end) */
  size_t    at, end;
  uint64_t  line;        /* number of the line before @at */
  bool      ended;       /* of the input */
  bool      drcachesim;  /* it is DynamoRIO's */
} PwkLackey;

/* @first: bytes that were read from @input already. */
void    pwk_lackey_init  (PwkLackey *lackey, PwkInput *input, const void *first, size_t first_size);
void    pwk_lackey_clear (PwkLackey *lackey);
/* As pwk_trace_read (). */
int64_t pwk_lackey_read  (PwkLackey *lackey, PwkTraceRecord *records, size_t n, GError **error);
/* One line of that text, with its end of line. Returns its length; @line has room for 48 bytes. */
size_t  pwk_lackey_write (char *line, const PwkTraceRecord *record);
