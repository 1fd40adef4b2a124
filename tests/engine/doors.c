/* doors.c - things that no caller may do, and the doors that stop them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

static void
test_door (gconstpointer data)
{
  const Door *door = data;
  volatile bool stopped = true;
  PwkMachine *machine;
  PwkAssertCatch into;

  if (door->level > PWK_ASSERT_LEVEL)
    {
      g_test_skip ("this build does not ask");
      return;
    }
  machine = doors_machine ();
  if (setjmp (into.where) == 0)
    {
      pwk_assert_catch (&into);
      door->act ();
      stopped = false;
    }
  pwk_assert_catch (NULL);
  g_assert_true (stopped);
  g_test_message ("%s:%d: %s", into.file, into.line, into.condition);
  pwk_machine_free (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const Door *door = doors; door->name; door++)
    {
      g_autofree char *path = g_strconcat ("/engine/doors/", door->name, NULL);

      g_test_add_data_func (path, door, test_door);
    }
  return g_test_run ();
}
