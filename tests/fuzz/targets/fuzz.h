/* fuzz.h - what the fuzz targets share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry: one input. Always 0. */
int   LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Reads @text as a scenario and runs it for some thousand steps, with little memory of the computer's; the machine must be sound at the end and
 * on the way, and going back and on again must give the same. */
void  fuzz_run_scenario (const char *text);
/* The input as a text: it ends at its first NUL. Caller frees. */
char *fuzz_dup_text     (const uint8_t *data, size_t size);
