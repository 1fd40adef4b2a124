/* input.h - bytes of a file as they were before gzip or zstd
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

/* A file read from its start to its end. What it is compressed with is told by its first bytes. */
typedef struct _PwkInput PwkInput;

/* @path "-" is standard input. Errors: those of opening, with the path; G_IO_ERROR or G_FILE_ERROR. */
PwkInput   *pwk_input_open  (const char *path, GError **error);
void        pwk_input_free  (PwkInput *input);
/* Up to @size bytes; less only at the end, 0 after it. -1 with @error: the file cannot be read, or is damaged. */
int64_t     pwk_input_read  (PwkInput *input, void *bytes, size_t size, GError **error);
/* The name for messages. */
const char *pwk_input_name  (const PwkInput *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkInput, pwk_input_free)
