/* doors.c - things that no caller may do, and the doors that stop them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

typedef struct { Door door; PwkMachine *(*make) (void); } Case;

static void
test_door (gconstpointer data)
{
  const Case *which = data;
  volatile bool stopped = true;
  PwkMachine *machine;
  PwkAssertCatch into;

  if (which->door.level > PWK_ASSERT_LEVEL)
    {
      g_test_skip ("this build does not ask");
      return;
    }
  machine = which->make ();
  if (setjmp (into.where) == 0)
    {
      pwk_assert_catch (&into);
      which->door.act ();
      stopped = false;
    }
  pwk_assert_catch (NULL);
  g_assert_true (stopped);
  g_test_message ("%s:%d: %s", into.file, into.line, into.condition);
  pwk_machine_free (machine);
}

void
doors_add (const Door *doors, unsigned n, PwkMachine *(*make) (void))
{
  for (unsigned i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat ("/engine/doors/", doors[i].name, NULL);
      Case *which = g_new (Case, 1);

      *which = (Case) { doors[i], make };
      g_test_add_data_func_full (path, which, test_door, g_free);
    }
}
