/* test-interrupt.c - reading stops when it is not wanted any more, in this thread alone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/interrupt.h"

static bool
after_three (gpointer data)
{
  return ++*(int *) data > 3;
}

static gpointer
ask_elsewhere (gpointer unused)
{
  return GINT_TO_POINTER (pwk_interrupt_check ("x", NULL));
}

static void
test_check (void)
{
  g_autoptr(GError) error = NULL;
  int asked = 0;

  g_assert_true (pwk_interrupt_check ("x", &error));
  pwk_interrupt_set (after_three, &asked);
  for (int i = 0; i < 3; i++)
    g_assert_true (pwk_interrupt_check ("x", &error));
  g_assert_true (GPOINTER_TO_INT (g_thread_join (g_thread_new ("elsewhere", ask_elsewhere, NULL))));
  g_assert_no_error (error);
  g_assert_false (pwk_interrupt_check ("trace.lackey", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR);
  g_assert_nonnull (g_strstr_len (error->message, -1, "trace.lackey"));
  pwk_interrupt_set (NULL, NULL);
  g_assert_true (pwk_interrupt_check ("x", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/interrupt", test_check);
  return g_test_run ();
}
