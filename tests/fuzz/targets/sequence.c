/* sequence.c - calls of all kinds on one machine, each made of numbers from elsewhere
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sequence.h"

#include "engine/boot/boot.h"
#include "engine/core/op.h"
#include "engine/core/task.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/paging/mmu.h"
#include "engine/paging/touch.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/pcp.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"

/* Where the processes map: a few dozen pages at which all meet, and a place where huge pages fit. */
#define WINDOW     0x10000000ull
#define N_PAGES    96
#define HUGE_PLACE 0x40000000ull
#define PAGE       4096ull

PwkMachine *
sequence_machine (unsigned which)
{
  switch (which % 4)
    {
    case 0:
      return pwk_machine_simple ("memory", "67108864", "nodes", "2", "cpus", "2", "swap", "8388608", NULL);
    case 1:
      return pwk_machine_simple ("memory", "33554432", "nodes", "2", "cpus", "4", "swap", "4194304", "kernel", "6.12", NULL);
    case 2:
      return pwk_machine_simple ("memory", "134217728", "nodes", "2", "cpus", "2", "thp", "always", "swap", "16777216", NULL);
    default:
      return pwk_machine_simple ("memory", "50331648", "nodes", "1", "cpus", "2", "levels", "5", "aslr", "on", NULL);
    }
}

/* --- numbers: one statement draws once, since the order in which a compiler computes arguments is its own --- */

static uint32_t
next_byte (Numbers *numbers)
{
  uint64_t *state = &numbers->state;

  if (numbers->bytes)
    return numbers->bytes < numbers->end ? *numbers->bytes++ : 0;
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (uint32_t) (*state >> 56);
}

static uint32_t
below (Sequence *sequence, uint32_t n)
{
  uint32_t byte = next_byte (&sequence->numbers);

  return n <= 256 ? byte % n : (byte << 8 | next_byte (&sequence->numbers)) % n;
}

static uint64_t
one_of (Sequence *sequence, const uint64_t *values, uint32_t n)
{
  return values[below (sequence, n)];
}
#define ONE_OF(sequence, ...) \
  one_of (sequence, (const uint64_t[]) { __VA_ARGS__ }, sizeof ((const uint64_t[]) { __VA_ARGS__ }) / sizeof (uint64_t))

/* Mostly in the window and whole pages; now and then none of that. */
static uint64_t
address (Sequence *sequence)
{
  uint64_t page = below (sequence, N_PAGES);

  switch (below (sequence, 32))
    {
    case 0:
      return ONE_OF (sequence, 0, 1, PAGE, 0x7ffffffff000, 0x800000000000, 0xffff800000000000, UINT64_MAX, UINT64_MAX - PAGE + 1, 0x7ffffffde000);
    case 1:
      return WINDOW + page * PAGE + below (sequence, 4096);
    case 2:
    case 3:
      return HUGE_PLACE + page * PAGE * 64;
    case 4:
      return 0x400000 + page * PAGE;
    default:
      return WINDOW + page * PAGE;
    }
}

static uint64_t
length (Sequence *sequence)
{
  switch (below (sequence, 32))
    {
    case 0:
      return ONE_OF (sequence, 0, 1, 4095, 4097, (uint64_t) 1 << 32, (uint64_t) 1 << 47, UINT64_MAX, UINT64_MAX - 4095);
    case 1:
      return (uint64_t) 2 << 20;
    case 2:
      return ((uint64_t) 1 + below (sequence, 1024)) * PAGE;
    default:
      return ((uint64_t) 1 + below (sequence, 24)) * PAGE;
    }
}

static uint64_t
rights (Sequence *sequence)
{
  return ONE_OF (sequence, 0, 1, 2, 3, 3, 3, 3, 5, 7, PWK_PROT_READ | PWK_PROT_GROWSDOWN, PWK_PROT_READ | PWK_PROT_WRITE | 0x8, 0x80);
}

static uint32_t
gfp (Sequence *sequence)
{
  return (uint32_t) ONE_OF (sequence, PWK_GFP_KERNEL, PWK_GFP_KERNEL, PWK_GFP_ATOMIC, PWK_GFP_NOWAIT, PWK_GFP_HIGHUSER_MOVABLE, PWK_GFP_USER,
                            PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE, PWK_GFP_DMA | PWK_GFP_NOWAIT, PWK_GFP_DMA32, PWK_GFP_KERNEL | PWK_GFP_COMP | PWK_GFP_ZERO,
                            PWK_GFP_KERNEL | PWK_GFP_THISNODE, PWK_GFP_TRANSHUGE_LIGHT, PWK_GFP_KERNEL | PWK_GFP_NORETRY);
}

/* --- who --- */

/* A process that runs, or 0: there is none. */
static unsigned
someone (Sequence *sequence, PwkIndex *task)
{
  unsigned first = below (sequence, SEQUENCE_TASKS);

  for (unsigned i = 0; i < SEQUENCE_TASKS; i++)
    {
      unsigned who = (first + i) % SEQUENCE_TASKS;

      *task = sequence->task[who];
      if (*task && pwk_task (sequence->machine, *task)->status == PWK_TASK_RUNNING)
        return who;
    }
  *task = 0;
  return 0;
}

/* Tasks that have exited, by their own will or not, are forgotten. */
static void
bury (Sequence *sequence)
{
  for (unsigned i = 0; i < SEQUENCE_TASKS; i++)
    {
      PwkIndex task = sequence->task[i];

      if (task && pwk_task (sequence->machine, task)->status == PWK_TASK_DEAD)
        sequence->task[i] = 0;
    }
}

static void
new_process (Sequence *sequence, unsigned who)
{
  PwkMachine *machine = sequence->machine;

  sequence->task[who] = pwk_process_new (machine, "P", who % machine->st->n_cpus, NULL, NULL);
  for (unsigned i = 0; i < SEQUENCE_FILES; i++)
    sequence->fd[who][i] = -1;
}

/* The rest of a long call, and the way back to the program. */
static int64_t
settle (Sequence *sequence, PwkIndex task, int64_t result)
{
  PwkMachine *machine = sequence->machine;

  if (pwk_op_pending (machine))
    {
      while (pwk_op_pending (machine))
        pwk_op_step (machine);
      result = machine->st->op.result;
    }
  if (task)
    pwk_exit_to_user (machine, task);
  return result;
}

/* --- what --- */

static void
map (Sequence *sequence, unsigned who, PwkIndex task)
{
  uint64_t flags = ONE_OF (sequence, 0x22, 0x22, 0x22, 0x21, 0x2, 0x1, 0x22 | PWK_MAP_POPULATE, 0x22 | PWK_MAP_LOCKED, 0x22 | PWK_MAP_NORESERVE,
                           0x22 | PWK_MAP_GROWSDOWN, 0x22 | PWK_MAP_HUGETLB, 0x22 | PWK_MAP_STACK, 0x21 | PWK_MAP_POPULATE, 0x28, 0x3, 0x23);
  uint64_t where = ONE_OF (sequence, 0, 0, PWK_MAP_FIXED, PWK_MAP_FIXED, PWK_MAP_FIXED, PWK_MAP_FIXED_NOREPLACE, PWK_MAP_32BIT);
  uint64_t addr = where ? address (sequence) : 0, len = length (sequence), prot = rights (sequence);
  int64_t fd = flags & PWK_MAP_ANONYMOUS ? -1 : sequence->fd[who][below (sequence, SEQUENCE_FILES)];

  settle (sequence, task, pwk_sys_mmap (sequence->machine, task, addr, len, prot, flags | where, fd, (uint64_t) below (sequence, 8) * PAGE));
}

static void
remap (Sequence *sequence, PwkIndex task)
{
  uint64_t flags = ONE_OF (sequence, 0, 1, 1, 1, 3, 3, 5, 7, 2, 8), from = address (sequence), to = address (sequence);
  uint64_t old = length (sequence), size = length (sequence);

  settle (sequence, task, pwk_sys_mremap (sequence->machine, task, from, below (sequence, 16) ? old : 0, size, flags, to));
}

static void
advise (Sequence *sequence, PwkIndex task)
{
  int64_t advice = (int64_t) below (sequence, 32);
  uint64_t addr = address (sequence), len = length (sequence);

  settle (sequence, task, pwk_sys_madvise (sequence->machine, task, addr, len, advice < 26 ? advice : advice - 26 + PWK_MADV_HWPOISON));
}

static void
access_memory (Sequence *sequence, PwkIndex task)
{
  static const PwkAccessKind kinds[] = { PWK_ACCESS_LOAD, PWK_ACCESS_STORE, PWK_ACCESS_STORE, PWK_ACCESS_FETCH };
  PwkAccessKind kind = kinds[below (sequence, G_N_ELEMENTS (kinds))];
  uint64_t addr = address (sequence), bytes = ONE_OF (sequence, 1, 1, 2, 4, 8, 8, 64);

  pwk_access (sequence->machine, task, addr, (unsigned) bytes, kind, below (sequence, 256));
  settle (sequence, task, 0);
}

static void
touch_memory (Sequence *sequence, PwkIndex task)
{
  uint64_t addr = address (sequence), len = length (sequence), write = below (sequence, 2);

  if (len == 0 || len > (uint64_t) 4 << 20 || addr + len < addr)
    return;
  pwk_op_touch (sequence->machine, task, addr, len, write, (uint8_t) below (sequence, 256));
  settle (sequence, task, 0);
}

static void
lock_memory (Sequence *sequence, PwkIndex task)
{
  PwkMachine *machine = sequence->machine;
  uint64_t addr = address (sequence), len = length (sequence);

  switch (below (sequence, 8))
    {
    case 0:
      settle (sequence, task, pwk_sys_mlockall (machine, task, ONE_OF (sequence, 1, 2, 3, 5, 7, 0, 8)));
      break;
    case 1:
    case 2:
      settle (sequence, task, pwk_sys_munlockall (machine, task));
      break;
    case 3:
    case 4:
      settle (sequence, task, pwk_sys_munlock (machine, task, addr, len));
      break;
    default:
      settle (sequence, task, pwk_sys_mlock2 (machine, task, addr, len, below (sequence, 3)));
    }
}

/* Rarely: records of tasks are never given back. */
static void
make_or_end_process (Sequence *sequence, unsigned who, PwkIndex task)
{
  PwkMachine *machine = sequence->machine;
  unsigned other = (who + 1 + below (sequence, SEQUENCE_TASKS - 1)) % SEQUENCE_TASKS;
  int64_t pid;

  if (sequence->task[other])
    {
      if (below (sequence, 2) && pwk_task (machine, sequence->task[other])->status == PWK_TASK_RUNNING)
        settle (sequence, 0, pwk_sys_exit (machine, sequence->task[other], 0, below (sequence, 2)));
      else
        settle (sequence, task, pwk_sys_kill (machine, task, pwk_task (machine, sequence->task[other])->pid, (int64_t) ONE_OF (sequence, 9, 9, 15, 0)));
      return;
    }
  if (below (sequence, 8) == 0)
    {
      settle (sequence, task, pwk_sys_execve (machine, task, "/bin/other"));
      return;
    }
  pid = settle (sequence, task, pwk_sys_clone (machine, task, ONE_OF (sequence, 17, 17, 17, PWK_CLONE_VM | 17, PWK_CLONE_VM | PWK_CLONE_VFORK | 17,
                                                                    PWK_CLONE_VM | PWK_CLONE_SIGHAND | PWK_CLONE_THREAD | PWK_CLONE_FILES)));
  if (pid <= 0)
    return;
  sequence->task[other] = pwk_task_by_pid (machine, pid);
  memcpy (sequence->fd[other], sequence->fd[who], sizeof sequence->fd[other]);
}

static void
use_file (Sequence *sequence, unsigned who, PwkIndex task)
{
  static const char *const paths[] = { "/tmp/a", "/tmp/b", "/dev/shm/c", "/dev/hugepages/d" };
  PwkMachine *machine = sequence->machine;
  int64_t *fd = &sequence->fd[who][below (sequence, SEQUENCE_FILES)];
  uint64_t buffer = address (sequence), n = length (sequence) % ((uint64_t) 1 << 22);
  int64_t offset = (int64_t) below (sequence, 64) * 1024;
  PwkOpenExtra extra = { .size = (int64_t) below (sequence, 512) * 1024, .cached = -1, .dev_major = -1, .dev_minor = -1, .ino = -1 };

  if (*fd < 0)
    {
      const char *path = paths[below (sequence, 4)];

      *fd = settle (sequence, task, pwk_sys_open (machine, task, path, ONE_OF (sequence, 2, 2, 2, 0, 1, 2 | 0x40, 2 | 0x200), &extra));
      return;
    }
  switch (below (sequence, 10))
    {
    case 0:
      settle (sequence, task, pwk_sys_close (machine, task, *fd));
      *fd = -1;
      break;
    case 1:
    case 2:
      settle (sequence, task, pwk_sys_pread (machine, task, *fd, buffer, n, offset));
      break;
    case 3:
    case 4:
      settle (sequence, task, pwk_sys_pwrite (machine, task, *fd, buffer, n, offset));
      break;
    case 5:
      settle (sequence, task, pwk_sys_ftruncate (machine, task, *fd, offset));
      break;
    case 6:
      settle (sequence, task, pwk_sys_fsync (machine, task, *fd));
      break;
    case 7:
      settle (sequence, task, pwk_sys_readahead (machine, task, *fd, (uint64_t) offset, n));
      break;
    case 8:
      settle (sequence, task, pwk_sys_fadvise (machine, task, *fd, (uint64_t) offset, n, below (sequence, 7)));
      break;
    default:
      settle (sequence, task, pwk_sys_msync (machine, task, buffer, n, ONE_OF (sequence, 1, 2, 4, 6, 5, 0)));
    }
}

static void
call_other (Sequence *sequence, PwkIndex task)
{
  PwkMachine *machine = sequence->machine;
  uint64_t addr = address (sequence), len = length (sequence), word = below (sequence, 8), number = below (sequence, 7);
  PwkUserWords mask = { &word, 1, false };
  uint8_t vec[1024];

  switch (below (sequence, 6))
    {
    case 0:
      settle (sequence, task, pwk_sys_mincore (machine, task, addr, len % (1024 * PAGE), vec, sizeof vec));
      break;
    case 1:
      settle (sequence, task, pwk_sys_mbind (machine, task, addr, len, (int64_t) number, mask, 64, ONE_OF (sequence, 0, 0, 1, 2, 3, 7)));
      break;
    case 2:
      settle (sequence, task, pwk_sys_set_mempolicy (machine, task, (int64_t) number, mask, 64));
      break;
    case 3:
      {
        uint64_t to_word = below (sequence, 4);
        PwkUserWords to = { &to_word, 1, false };

        settle (sequence, task, pwk_sys_migrate_pages (machine, task, 0, 64, mask, to));
      }
      break;
    case 4:
      settle (sequence, task, pwk_sys_set_anon_name (machine, task, addr, len, below (sequence, 2) ? "a name" : NULL));
      break;
    default:
      settle (sequence, task, pwk_sys_setrlimit (machine, task, ONE_OF (sequence, 2, 3, 8, 9), number ? UINT64_MAX : len));
    }
}

static void
use_pages (Sequence *sequence)
{
  PwkMachine *machine = sequence->machine;
  unsigned i = below (sequence, SEQUENCE_HELD), order = below (sequence, 16);
  uint32_t mask = gfp (sequence);

  if (sequence->block[i].pfn != PWK_NO_PFN)
    {
      pwk_free_pages (machine, sequence->block[i].pfn, sequence->block[i].order);
      sequence->block[i].pfn = PWK_NO_PFN;
      return;
    }
  sequence->block[i].order = order < 9 ? 0 : order - 8;
  sequence->block[i].pfn = pwk_alloc_pages (machine, mask, sequence->block[i].order,
                                            below (sequence, 2) ? PWK_NUMA_NO_NODE : (int) below (sequence, machine->st->n_nodes), -1);
}

static void
use_objects (Sequence *sequence)
{
  PwkMachine *machine = sequence->machine;
  PwkVaddr *object = &sequence->object[below (sequence, SEQUENCE_HELD)];
  uint64_t size = below (sequence, 16) ? below (sequence, 4096) : ONE_OF (sequence, 0, 8192, 8193, 65536, 1 << 22, (1 << 22) + 1);

  if (!*object)
    *object = pwk_kmalloc (machine, size, gfp (sequence) & ~(PWK_GFP_COMP | PWK_GFP_DMA32), PWK_NUMA_NO_NODE);
  else if (below (sequence, 4) == 0)
    {
      PwkVaddr moved = pwk_krealloc (machine, *object, size, PWK_GFP_KERNEL);

      if (moved || size == 0)
        *object = moved;
    }
  else
    {
      pwk_kfree (machine, *object);
      *object = 0;
    }
}

static void
use_areas (Sequence *sequence)
{
  PwkMachine *machine = sequence->machine;
  PwkVaddr *area = &sequence->area[below (sequence, SEQUENCE_HELD)];

  if (*area)
    {
      pwk_vfree (machine, *area);
      pwk_vmap_drain (machine);
      *area = 0;
    }
  else
    *area = pwk_vmalloc (machine, ((uint64_t) 1 + below (sequence, 40)) * PAGE, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
}

static void
pass_time (Sequence *sequence)
{
  PwkMachine *machine = sequence->machine;

  if (below (sequence, 4) == 0)
    pwk_drain_local_pages (machine, machine->st->cur_cpu);
  pwk_op_tick (machine, 1 + below (sequence, 4));
  settle (sequence, 0, 0);
}

/* --- the whole --- */

void
sequence_begin (Sequence *sequence, PwkMachine *machine, Numbers numbers)
{
  *sequence = (Sequence) { .machine = machine, .numbers = numbers };
  for (unsigned i = 0; i < SEQUENCE_HELD; i++)
    sequence->block[i].pfn = PWK_NO_PFN;
  for (unsigned i = 0; i < SEQUENCE_TASKS; i++)
    for (unsigned k = 0; k < SEQUENCE_FILES; k++)
      sequence->fd[i][k] = -1;
  new_process (sequence, 0);
}

static void
unmap_or_protect (Sequence *sequence, PwkIndex task, bool protect)
{
  uint64_t addr = address (sequence), len = length (sequence);

  settle (sequence, task, protect ? pwk_sys_mprotect (sequence->machine, task, addr, len, rights (sequence))
                                  : pwk_sys_munmap (sequence->machine, task, addr, len));
}

static void
call_of_process (Sequence *sequence, uint32_t what, unsigned who, PwkIndex task)
{
  if (what < 40)
    map (sequence, who, task);
  else if (what < 70)
    unmap_or_protect (sequence, task, what >= 56);
  else if (what < 84)
    remap (sequence, task);
  else if (what < 100)
    advise (sequence, task);
  else if (what < 150)
    access_memory (sequence, task);
  else if (what < 160)
    touch_memory (sequence, task);
  else if (what < 168)
    lock_memory (sequence, task);
  else if (what < 172)
    settle (sequence, task, pwk_sys_sbrk (sequence->machine, task, (int64_t) below (sequence, 64) * 1024 - 16384));
  else if (what < 190)
    use_file (sequence, who, task);
  else if (what < 198)
    call_other (sequence, task);
  else if (below (sequence, 64) == 0)
    make_or_end_process (sequence, who, task);
}

bool
sequence_call (Sequence *sequence)
{
  PwkMachine *machine = sequence->machine;
  uint32_t what = below (sequence, 256);
  PwkIndex task;
  unsigned who;

  if (machine->st->panicked || (sequence->numbers.bytes && sequence->numbers.bytes >= sequence->numbers.end))
    return false;
  bury (sequence);
  who = someone (sequence, &task);
  if (!task)
    {
      new_process (sequence, who);
      task = sequence->task[who];
    }
  machine->st->cause = 0;
  machine->st->cur_cpu = task ? pwk_task (machine, task)->cpu : below (sequence, machine->st->n_cpus);
  sequence->n_calls++;
  if (what >= 240)
    pass_time (sequence);
  else if (what >= 230)
    use_areas (sequence);
  else if (what >= 216)
    use_objects (sequence);
  else if (what >= 202)
    use_pages (sequence);
  else if (task)
    call_of_process (sequence, what, who, task);
  return true;
}
