/* pages.c - what the tests of user pages share: a process, calls done to their end, contents
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/contents.h"
#include "engine/proc/proc.h"

Fixture
fixture_new (const char *memory)
{
  const PwkProcessSpec spec = { NULL, -1, -1, -1, -1 };
  g_autoptr(GError) error = NULL;
  Fixture fixture;

  fixture.machine = pwk_machine_simple ("memory", memory, "kernel", "6.18", "aslr", "off", "thp", "madvise", "swap", "0", NULL);
  fixture.task = pwk_process_new (fixture.machine, "A", 0, &spec, &error);
  g_assert_no_error (error);
  return fixture;
}

void
fixture_check (const Fixture *fixture)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (fixture->machine, why))
    g_error ("%s", why->str);
}

void
fixture_free (Fixture *fixture)
{
  fixture_check (fixture);
  pwk_machine_free (fixture->machine);
}

int64_t
finish (Fixture *fixture, int64_t result)
{
  while (pwk_op_pending (fixture->machine))
    {
      pwk_op_step (fixture->machine);
      result = fixture->machine->st->op.result;
    }
  return result;
}

void
map_at (Fixture *fixture, PwkVaddr addr, uint64_t len, uint64_t prot, uint64_t flags, int64_t fd)
{
  int64_t result = finish (fixture, pwk_sys_mmap (fixture->machine, fixture->task, addr, len, prot, flags | PWK_MAP_FIXED, fd, 0));

  g_assert_cmpuint ((uint64_t) result, ==, addr);
}

PwkIndex
fork_of (Fixture *fixture, PwkIndex task, const char *name)
{
  int64_t pid = finish (fixture, pwk_sys_clone (fixture->machine, task, 17));
  PwkIndex child;

  g_assert_cmpint (pid, >, 0);
  child = pwk_task_by_pid (fixture->machine, pid);
  pwk_task_set_name (fixture->machine, child, name);
  return child;
}

PwkAccessOutcome
load (Fixture *fixture, PwkIndex task, PwkVaddr addr)
{
  pwk_task_run (fixture->machine, task, -1);
  return pwk_access (fixture->machine, task, addr, 8, PWK_ACCESS_LOAD, 0).outcome;
}

PwkAccessOutcome
store (Fixture *fixture, PwkIndex task, PwkVaddr addr, uint64_t value)
{
  pwk_task_run (fixture->machine, task, -1);
  return pwk_access (fixture->machine, task, addr, 8, PWK_ACCESS_STORE, value).outcome;
}

uint64_t
peek (Fixture *fixture, PwkIndex task, PwkVaddr addr)
{
  PwkAccessResult result;
  const uint8_t *bytes;
  uint64_t value = 0;

  pwk_task_run (fixture->machine, task, -1);
  result = pwk_access (fixture->machine, task, addr, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, <=, PWK_ACCESS_MAJOR);
  bytes = pwk_frame_bytes (fixture->machine, result.phys >> PWK_PAGE_SHIFT);
  if (bytes)
    memcpy (&value, bytes + (addr & ~PWK_PAGE_MASK), sizeof value);
  return value;
}

int64_t
open_file (Fixture *fixture, const char *path, int64_t size, int64_t cached)
{
  const PwkOpenExtra extra = { size, cached, 8, 1, -1 };
  int64_t fd = pwk_sys_open (fixture->machine, fixture->task, path, 2, &extra);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

void
assert_pagemap (Fixture *fixture, PwkIndex task, PwkVaddr addr, uint64_t length, const char *expected)
{
  g_autoptr(GString) text = g_string_new (NULL);

  pwk_proc_pagemap (fixture->machine, task, addr, length, false, text);
  g_assert_cmpstr (text->str, ==, expected);
}
