/* processes.c - machines whose processes have something to show: regions, walks, TLBs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "processes.h"

#include "engine/boot/boot.h"
#include "engine/core/op.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"

static const char *const names[] = { "regions", "merge-vma", "crowd", "la57", "huge", "segv", "threads" };

static void
finish (PwkMachine *machine)
{
  while (pwk_op_pending (machine))
    pwk_op_step (machine);
}

static PwkVaddr
map_at (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t pages, uint64_t prot, uint64_t flags, int64_t fd, uint64_t offset)
{
  int64_t result = pwk_sys_mmap (machine, task, addr, pages * PWK_PAGE_SIZE, prot, flags, fd, offset);

  finish (machine);
  g_assert_cmpint (result, >, 0);
  return (PwkVaddr) result;
}

static PwkVaddr
map (PwkMachine *machine, PwkIndex task, uint64_t pages, uint64_t prot)
{
  return map_at (machine, task, 0, pages, prot, PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS, -1, 0);
}

static void
touch (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t pages, PwkAccessKind kind)
{
  for (uint64_t i = 0; i < pages; i++)
    pwk_access (machine, task, addr + i * PWK_PAGE_SIZE, 8, kind, i + 1);
}

static PwkIndex
new_process (PwkMachine *machine, const char *name)
{
  PwkIndex task = pwk_process_new (machine, name, 0, NULL, NULL);

  g_assert_cmpuint (task, !=, 0);
  return task;
}

#define RW (PWK_PROT_READ | PWK_PROT_WRITE)

static void
make_regions (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkOpenExtra extra = { 40 * PWK_PAGE_SIZE, 24 * PWK_PAGE_SIZE, -1, -1, -1 };
  PwkIndex task = new_process (machine, "A");
  PwkVaddr library, data, buffer;
  int64_t fd;

  pwk_sys_brk (machine, task, (uint64_t) pwk_sys_brk (machine, task, 0) + 20 * PWK_PAGE_SIZE);
  touch (machine, task, pwk_mm (machine, pwk_task (machine, task)->mm)->start_brk, 8, PWK_ACCESS_STORE);
  fd = pwk_sys_open (machine, task, "/usr/lib/libexample.so.6", 0, &extra);
  g_assert_cmpint (fd, >=, 0);
  library = map_at (machine, task, 0, 30, PWK_PROT_READ | PWK_PROT_EXEC, PWK_MAP_PRIVATE, fd, 0);
  touch (machine, task, library + 2 * PWK_PAGE_SIZE, 1, PWK_ACCESS_FETCH);
  data = map_at (machine, task, 0, 8, RW, PWK_MAP_PRIVATE, fd, 30 * PWK_PAGE_SIZE);
  touch (machine, task, data, 3, PWK_ACCESS_STORE);
  buffer = map (machine, task, 64, RW);
  touch (machine, task, buffer, 10, PWK_ACCESS_STORE);
  touch (machine, task, buffer + 20 * PWK_PAGE_SIZE, 6, PWK_ACCESS_LOAD);
  touch (machine, task, map_at (machine, task, 0, 16, RW, PWK_MAP_SHARED | PWK_MAP_ANONYMOUS, -1, 0), 5, PWK_ACCESS_STORE);
  pwk_sys_madvise (machine, task, buffer + 60 * PWK_PAGE_SIZE, 2 * PWK_PAGE_SIZE, PWK_MADV_GUARD_INSTALL);
  pwk_sys_mlock2 (machine, task, buffer, 4 * PWK_PAGE_SIZE, 0);
  finish (machine);
  touch (machine, task, pwk_mm (machine, pwk_task (machine, task)->mm)->start_stack - 64, 1, PWK_ACCESS_STORE);
  test_machine_forget (self);
  pwk_sys_mprotect (machine, task, buffer + 30 * PWK_PAGE_SIZE, 8 * PWK_PAGE_SIZE, PWK_PROT_READ);
}

/* [a rw][hole][b rw] then [c r] which fits to neither, then the hole is filled and all three become one. */
static void
make_merge (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkIndex task = new_process (machine, "A");
  PwkVaddr base = map (machine, task, 30, RW);

  pwk_sys_munmap (machine, task, base + 10 * PWK_PAGE_SIZE, 10 * PWK_PAGE_SIZE);
  test_machine_forget (self);
  map_at (machine, task, base + 12 * PWK_PAGE_SIZE, 8, PWK_PROT_READ, PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS | PWK_MAP_FIXED, -1, 0);
  pwk_sys_munmap (machine, task, base + 12 * PWK_PAGE_SIZE, 8 * PWK_PAGE_SIZE);
  map_at (machine, task, base + 10 * PWK_PAGE_SIZE, 10, RW, PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS | PWK_MAP_FIXED, -1, 0);
}

static void
make_crowd (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkIndex task = new_process (machine, "A");

  for (unsigned i = 0; i < 700; i++)
    {
      PwkVaddr addr = map (machine, task, 2 + i % 5, i % 2 ? RW : PWK_PROT_READ);

      if (i % 7 == 0)
        touch (machine, task, addr, 1, PWK_ACCESS_LOAD);
    }
  test_machine_forget (self);
  touch (machine, task, map (machine, task, 1, RW), 1, PWK_ACCESS_STORE);
}

static void
make_huge (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkIndex task = new_process (machine, "A");
  PwkVaddr addr = map (machine, task, 3 * 512, RW);
  PwkVaddr inside = (addr + PWK_PMD_SIZE - 1) & ~(PWK_PMD_SIZE - 1);

  touch (machine, task, inside, 4, PWK_ACCESS_STORE);
  pwk_sys_mprotect (machine, task, inside + 700 * PWK_PAGE_SIZE, 4 * PWK_PAGE_SIZE, PWK_PROT_READ);
  test_machine_forget (self);
  pwk_access (machine, task, inside + 0x12345, 8, PWK_ACCESS_STORE, 7);
}

static void
make_threads (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkIndex task = new_process (machine, "A");
  PwkVaddr addr = map (machine, task, 40, RW);
  PwkIndex thread;

  touch (machine, task, addr, 20, PWK_ACCESS_STORE);
  g_assert_cmpint (pwk_sys_clone (machine, task, PWK_CLONE_VM | PWK_CLONE_FS | PWK_CLONE_FILES | PWK_CLONE_SIGHAND | PWK_CLONE_THREAD), >, 0);
  finish (machine);
  thread = machine->st->last_task;
  pwk_task_run (machine, thread, 1);
  touch (machine, thread, addr, 20, PWK_ACCESS_LOAD);
  pwk_task_run (machine, task, 0);
  test_machine_forget (self);
  touch (machine, task, addr + 3 * PWK_PAGE_SIZE, 1, PWK_ACCESS_LOAD);
  pwk_sys_munmap (machine, task, addr + 10 * PWK_PAGE_SIZE, 6 * PWK_PAGE_SIZE);
}

static void
make_faults (TestMachine *self, bool repaired)
{
  PwkMachine *machine = self->machine;
  PwkIndex task = new_process (machine, "A");
  PwkVaddr addr = map (machine, task, 12, RW);

  touch (machine, task, addr, 3, PWK_ACCESS_STORE);
  test_machine_forget (self);
  pwk_access (machine, task, repaired ? addr + 5 * PWK_PAGE_SIZE + 0x128 : 0x10000, 8, PWK_ACCESS_STORE, 5);
}

PwkMachine *
test_process_machine (const char *name)
{
  if (g_str_equal (name, "la57"))
    return pwk_machine_simple ("memory", "67108864", "levels", "5", NULL);
  if (g_str_equal (name, "huge"))
    return pwk_machine_simple ("memory", "268435456", "thp", "always", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return pwk_machine_simple ("memory", "268435456", "cpus", "2", NULL);

  return NULL;
}

bool
test_process_deeds (TestMachine *self, const char *name)
{
  if (g_str_equal (name, "regions"))
    make_regions (self);
  else if (g_str_equal (name, "merge-vma"))
    make_merge (self);
  else if (g_str_equal (name, "crowd"))
    make_crowd (self);
  else if (g_str_equal (name, "huge"))
    make_huge (self);
  else if (g_str_equal (name, "threads"))
    make_threads (self);
  else if (g_str_equal (name, "la57") || g_str_equal (name, "segv"))
    make_faults (self, g_str_equal (name, "la57"));
  else
    return false;

  return true;
}
