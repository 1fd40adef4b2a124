/* runner-test.h - scenarios carried out whole, for tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/check.h"
#include "engine/core/machine.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

static inline PwkScript *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  PwkScript *script = pwk_script_parse ("t.pwk", text, -1, &error);

  g_assert_no_error (error);
  return script;
}

static inline PwkRunner *
runner_for (const char *text)
{
  g_autoptr(PwkScript) script = parse (text);
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "data", "traces", NULL);
  PwkRunner *runner = pwk_runner_new (script, NULL, folder, &error);

  g_assert_no_error (error);
  return runner;
}

static inline void
assert_sound (PwkRunner *runner)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (pwk_runner_machine (runner), why))
    g_error ("%s", why->str);
}

static inline PwkRunner *
run (const char *text)
{
  PwkRunner *runner = runner_for (text);

  while (pwk_runner_step (runner))
    continue;
  g_assert_true (pwk_runner_finished (runner));
  assert_sound (runner);
  return runner;
}
