/* phys.c - what the tests of physical memory share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "phys.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/proc/proc.h"

const char pwk_test_paper[] =
  "Node 0, zone DMA\n  pages free 64\n spanned 64\n present 64\n managed 64\n start_pfn: 0\n"
  "Node 0, zone Normal\n  pages free 928\n spanned 960\n present 960\n managed 960\n start_pfn: 64\n"
  "Node 1, zone Normal\n  pages free 1024\n spanned 1024\n present 1024\n managed 1024\n start_pfn: 1024\n";

static PwkConfig *
config_of (const char *first_key, va_list pairs, GError **error)
{
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();

  for (const char *key = first_key; key; key = va_arg (pairs, const char *))
    if (!pwk_config_builder_set (builder, key, va_arg (pairs, const char *), error))
      return NULL;
  return pwk_config_finish (g_steal_pointer (&builder), error);
}

PwkMachine *
pwk_test_machine (const char *first_key, ...)
{
  g_autoptr(GError) error = NULL;
  PwkMachine *machine;
  PwkConfig *config;
  va_list pairs;

  va_start (pairs, first_key);
  config = config_of (first_key, pairs, &error);
  va_end (pairs);
  g_assert_no_error (error);
  machine = pwk_machine_new (config, &error);
  g_assert_no_error (error);
  pwk_machine_boot (machine);
  pwk_test_check (machine);
  return machine;
}

char *
pwk_test_config_error (const char *first_key, ...)
{
  g_autoptr(PwkConfig) config = NULL;
  GError *error = NULL;
  va_list pairs;
  char *message;

  va_start (pairs, first_key);
  config = config_of (first_key, pairs, &error);
  va_end (pairs);
  g_assert_null (config);
  g_assert_error (error, PWK_CONFIG_ERROR, 0);
  message = g_strdup (error->message);
  g_error_free (error);
  return message;
}

void
pwk_test_check (const PwkMachine *machine)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
}

char *
pwk_test_freeareas (const PwkMachine *machine)
{
  GString *text = g_string_new (NULL);

  pwk_proc_freeareas (machine, text);
  return g_string_free (text, FALSE);
}
