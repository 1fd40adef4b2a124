/* calls-memory.c - the system calls on address spaces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "engine/virt/syscalls.h"
#include "scenario/runner-private.h"

static void
run_mmap (PwkCall *call)
{
  pwk_return_syscall_address (call, pwk_sys_mmap (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0),
                                                  pwk_num (call, 2, 0), pwk_num (call, 3, 0), pwk_int (call, 4, -1),
                                                  pwk_num (call, 5, 0)));
}

/* A long one: populating is over. */
static void
finish_address (PwkCall *call)
{
  pwk_return_syscall_address (call, call->machine->st->op.result);
}

static void
run_munmap (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_munmap (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0)));
}

static void
run_mremap (PwkCall *call)
{
  pwk_return_syscall_address (call, pwk_sys_mremap (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0),
                                                    pwk_num (call, 2, 0), pwk_num (call, 3, 0), pwk_num (call, 4, 0)));
}

static void
run_mprotect (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_mprotect (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0),
                                              pwk_num (call, 2, 0)));
}

static void
run_madvise (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_madvise (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0),
                                             pwk_int (call, 2, 0)));
}

static void
run_brk (PwkCall *call)
{
  uint64_t wanted = pwk_num (call, 0, 0);

  pwk_return_syscall_address (call, pwk_sys_brk (call->machine, call->task, wanted));
  /* brk (NULL) is how programs ask where the end is */
  call->value.refused = wanted != 0 && call->value.kind == PWK_VALUE_ADDRESS && call->value.number != wanted;
}

static void
run_sbrk (PwkCall *call)
{
  pwk_return_syscall_address (call, pwk_sys_sbrk (call->machine, call->task, pwk_int (call, 0, 0)));
}

static void
run_mlock (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_mlock2 (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0), 0));
}

static void
run_mlock2 (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_mlock2 (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0), pwk_num (call, 2, 0)));
}

static void
run_munlock (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_munlock (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0)));
}

static void
run_mlockall (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_mlockall (call->machine, call->task, pwk_num (call, 0, 0)));
}

static void
run_munlockall (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_munlockall (call->machine, call->task));
}

static void
run_msync (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_msync (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0), pwk_num (call, 2, 0)));
}

/* --- mincore --- */

#define MAX_VECTOR   ((uint64_t) 1 << 22)     /* pages shown */
#define VECTOR_LINE  64

/* 0101…, 64 a line */
static void
print_vector (GString *out, const uint8_t *vec, uint64_t pages)
{
  for (uint64_t i = 0; i < pages; i++)
    {
      g_string_append_c (out, vec[i] & 1 ? '1' : '0');
      if (i % VECTOR_LINE == VECTOR_LINE - 1 || i == pages - 1)
        g_string_append_c (out, '\n');
    }
}

static void
run_mincore (PwkCall *call)
{
  uint64_t length = pwk_num (call, 1, 0);
  uint64_t pages = length / PWK_PAGE_SIZE + (length % PWK_PAGE_SIZE != 0);
  uint64_t shown = MIN (pages, MAX_VECTOR);
  PwkResultKind expected = call->statement->result.kind;
  bool bad = pwk_has (call, 2) && call->arg[2].expr->kind == PWK_EXPR_NULL;
  g_autofree uint8_t *vec = bad ? NULL : g_malloc0 (shown + 1);
  int64_t result = pwk_sys_mincore (call->machine, call->task, pwk_num (call, 0, 0), length, vec, shown);

  if (result == 0 && !bad && (expected == PWK_RESULT_DUMP || expected == PWK_RESULT_NONE))
    print_vector (pwk_return_dump (call), vec, shown);
  else
    pwk_return_syscall (call, result);
}

#define SYSCALL (PWK_CALL_SYSCALL | PWK_CALL_COUNTS)
#define MEMORY(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_PROCESS, true }, params, SYSCALL, run }

const PwkCallDef pwk_calls_memory[] = {
  { { "mmap", "mmap(addr, length, prot, flags, fd=-1, offset=0) = addr", N_("map a file or nameless memory into the address space"),
      "[A] mmap(NULL, 16K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p", PWK_CALL_PROCESS, true },
    "addr length prot flags fd? offset?", SYSCALL, run_mmap, finish_address },
  MEMORY ("munmap", "munmap(addr, length)", N_("remove a mapping"), "[A] munmap(p, 4K) = 0", "addr length", run_munmap),
  { { "mremap", "mremap(old_addr, old_size, new_size, flags, new_addr) = addr", N_("grow, shrink or move a mapping"),
      "[A] mremap(p, 16K, 32K, MREMAP_MAYMOVE) = p", PWK_CALL_PROCESS, true },
    "old_addr old_size new_size flags? new_addr?", SYSCALL, run_mremap, finish_address },
  MEMORY ("mprotect", "mprotect(addr, length, prot)", N_("change what may be done with a region"), "[A] mprotect(p, 4K, PROT_READ) = 0",
          "addr length prot", run_mprotect),
  MEMORY ("pkey_mprotect", "pkey_mprotect(addr, length, prot, pkey)", N_("mprotect with a protection key; the CPU has none"),
          "[A] pkey_mprotect(p, 4K, PROT_READ, -1) = 0",
          "addr length prot pkey?", run_mprotect),
  MEMORY ("madvise", "madvise(addr, length, advice)", N_("tell the kernel how memory will be used, or that it is not needed"),
          "[A] madvise(p, 16K, MADV_DONTNEED) = 0", "addr length advice", run_madvise),
  { { "brk", "brk(addr) = addr", N_("move the end of the heap; the system call: returns where the end is now"), "[A] brk(NULL) = end",
      PWK_CALL_PROCESS, true }, "addr", SYSCALL, run_brk, finish_address },
  { { "sbrk", "sbrk(increment) = addr", N_("move the end of the heap by so many bytes; returns where it was"), "[A] sbrk(16K) = heap",
      PWK_CALL_PROCESS, true }, "increment", SYSCALL, run_sbrk, finish_address },
  MEMORY ("mlock", "mlock(addr, length)", N_("keep pages in memory"), "[A] mlock(p, 16K) = 0", "addr length", run_mlock),
  MEMORY ("mlock2", "mlock2(addr, length, flags)", N_("keep pages in memory, MLOCK_ONFAULT: once they are there"),
          "[A] mlock2(p, 16K, MLOCK_ONFAULT) = 0", "addr length flags", run_mlock2),
  MEMORY ("munlock", "munlock(addr, length)", N_("let go of locked pages"), "[A] munlock(p, 16K) = 0", "addr length", run_munlock),
  MEMORY ("mlockall", "mlockall(flags)", N_("lock all that is mapped, or will be"), "[A] mlockall(MCL_FUTURE) = 0", "flags", run_mlockall),
  MEMORY ("munlockall", "munlockall()", N_("unlock all"), "[A] munlockall() = 0", "", run_munlockall),
  MEMORY ("msync", "msync(addr, length, flags)", N_("write changed pages of a mapped file back"), "[A] msync(p, 16K, MS_SYNC) = 0",
          "addr length flags", run_msync),
  { { "mincore", "mincore(addr, length, vec) == <<VEC", N_("tell which pages are in memory: 0101…, 64 a line"), "[A] mincore(p, 16K)",
      PWK_CALL_PROCESS, true }, "addr length vec:x?", SYSCALL | PWK_CALL_MAY_DUMP, run_mincore },
  { { NULL } },
};
