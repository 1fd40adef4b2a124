/* session-test.h - small scenarios for the tests of libsession
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/check.h"
#include "scenario/parser.h"
#include "session/navigator.h"
#include "session/session.h"

/* Regions, faults, copy on write, blocks of pages: some thousand events. */
#define TEST_SCENARIO \
  "machine(memory=64M, cpus=2, seed=7)\n" \
  "process(A)\n" \
  "[A] mmap(NULL, 256K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "[A] touch(p, 256K, \"w\") = 64\n" \
  "[A] store(p + 8, 8) = ok\n" \
  "alloc_pages(GFP_KERNEL, 3) = block\n" \
  "[A] fork() = B\n" \
  "[B] store(p) = minor\n" \
  "[B] touch(p, 64K, \"w\") = 15\n" \
  "tick(3)\n" \
  "free_pages(block, 3)\n" \
  "[B] exit(0) = ?\n" \
  "[A] munmap(p, 128K) = 0\n" \
  "[A] load(p) = SIGSEGV (SEGV_MAPERR)\n" \
  "tick(2)\n"

static inline PwkScript *
test_script (const char *text)
{
  g_autoptr(GError) error = NULL;
  PwkScript *script = pwk_script_parse ("test.pwk", text, strlen (text), &error);

  g_assert_no_error (error);
  return script;
}

static inline PwkRunner *
test_runner (const char *text)
{
  g_autoptr(PwkScript) script = test_script (text);
  g_autoptr(GError) error = NULL;
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, &error);

  g_assert_no_error (error);
  return runner;
}

static inline void
test_check (PwkRunner *runner)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (pwk_runner_machine (runner), why))
    g_error ("%s", why->str);
}
