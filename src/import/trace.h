/* trace.h - recorded accesses to memory: reading them, turning one form into another
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/input.h"

#define PWK_TRACE_ERROR (pwk_trace_error_quark ())
GQuark pwk_trace_error_quark (void);
typedef enum { PWK_TRACE_ERROR_SYNTAX, PWK_TRACE_ERROR_DAMAGED, PWK_TRACE_ERROR_MEMORY } PwkTraceError;

/* lackey's I, L, S, M: a modify is a load and a store of the same bytes. */
typedef enum { PWK_TRACE_INSTR, PWK_TRACE_LOAD, PWK_TRACE_STORE, PWK_TRACE_MODIFY } PwkTraceKind;

/* @size at least 1; the last byte, addr + size - 1, is still an address. */
typedef struct { uint64_t addr; uint32_t size; uint32_t kind; } PwkTraceRecord;

/* A trace, opened: text of `valgrind --tool=lackey --trace-mem=yes` or of DynamoRIO (see drcachesim.h), or the binary form (see pwt.h), told by its
 * first bytes; each may be compressed with gzip or zstd. Memory does not grow with the trace. */
typedef struct _PwkTrace PwkTrace;

/* @path "-": standard input. @seekable: pwk_trace_at () will be used; text is then written to an unnamed file in the binary form while it
 * is read. Errors: the file's, damage, or a line that is no access: "FILE:LINE: …". */
PwkTrace   *pwk_trace_open   (const char *path, bool seekable, GError **error);
void        pwk_trace_free   (PwkTrace *trace);
const char *pwk_trace_name   (const PwkTrace *trace);

/* The next records, at most @n; 0 after the last. -1 with @error. Not to be mixed with pwk_trace_at (). */
int64_t     pwk_trace_read   (PwkTrace *trace, PwkTraceRecord *records, size_t n, GError **error);

/* Record @index, counted from 0. False: there are not so many; or @error is set. Quick where the index goes up by one. */
bool        pwk_trace_at     (PwkTrace *trace, uint64_t index, PwkTraceRecord *record, GError **error);
/* How many there are, of a seekable trace: reads it to its end. -1 with @error. */
int64_t     pwk_trace_length (PwkTrace *trace, GError **error);

/* Writes what is in @in to @out, in the form that its name asks for: .pwt binary, else text; .gz and .zst compress. */
bool        pwk_trace_convert (const char *in, const char *out, uint64_t *n_records, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkTrace, pwk_trace_free)
