/* case.c - one recording while it is made: the processes, the text, and the calls that add to both
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "case.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SMAPS_FIELDS "Size,Rss,Pss,Shared_Clean,Shared_Dirty,Private_Clean,Private_Dirty,Anonymous,AnonHugePages,Locked,VmFlags"
#define STATUS_FIELDS "VmSize,VmLck,VmData,VmStk"

#ifndef MREMAP_DONTUNMAP
# define MREMAP_DONTUNMAP 4
#endif

typedef struct { uint64_t bits; const char *name; } Flag;
#define FLAG(name) { name, #name }

uint64_t
rng_below (Rng *rng, uint64_t n)
{
  rng->state ^= rng->state >> 12;
  rng->state ^= rng->state << 25;
  rng->state ^= rng->state >> 27;
  return n ? (rng->state * 0x2545f4914f6cdd1dull >> 16) % n : 0;
}

bool
rng_chance (Rng *rng, unsigned percent)
{
  return rng_below (rng, 100) < percent;
}

void
case_refresh (Case *c)
{
  if (c->regions)
    g_array_unref (c->regions);
  c->regions = observe_regions (c->now, &c->names);
  if (c->regions->len == 0)
    c->dead = true;
}

void
case_turn (Case *c, unsigned process)
{
  c->now = &c->processes[process];
  case_refresh (c);
  c->brk = (uint64_t) tracee_call (c->now, SYS_brk, 0, 0, 0, 0, 0, 0);
}

unsigned
case_n_alive (const Case *c)
{
  unsigned alive = 0;

  for (unsigned i = 0; i < c->made; i++)
    alive += c->processes[i].pid != 0;
  return alive;
}

static void
append_flags (GString *text, uint64_t bits, const Flag *flags, const char *none)
{
  gsize start = text->len;

  for (; flags->name; flags++)
    if (flags->bits && (bits & flags->bits) == flags->bits)
      {
        g_string_append_printf (text, "%s%s", text->len > start ? "|" : "", flags->name);
        bits &= ~flags->bits;
      }
  if (bits)
    g_string_append_printf (text, "%s0x%" PRIx64, text->len > start ? "|" : "", bits);
  else if (text->len == start)
    g_string_append (text, none);
}

static void
append_prot (GString *text, uint64_t prot)
{
  static const Flag flags[] = { FLAG (PROT_READ), FLAG (PROT_WRITE), FLAG (PROT_EXEC), FLAG (PROT_GROWSDOWN), FLAG (PROT_GROWSUP), { 0 } };

  append_flags (text, prot, flags, "PROT_NONE");
}

static void
append_address (GString *text, uint64_t address)
{
  if (address)
    g_string_append_printf (text, "0x%" PRIx64, address);
  else
    g_string_append (text, "NULL");
}

/* Lengths are decimal as long as they are sizes that people use. */
static void
append_length (GString *text, uint64_t length)
{
  g_string_append_printf (text, length < 1ull << 36 ? "%" PRIu64 : "0x%" PRIx64, length);
}

static void G_GNUC_PRINTF (2, 3)
begin (Case *c, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append_printf (c->text, "[%c] ", c->now->letter);
  g_string_append_vprintf (c->text, format, arguments);
  va_end (arguments);
}

/* The disk has time to answer, so that what it was asked for is not seen half done. */
static void
wait_for_disk (const Case *c)
{
  if (c->n_files)
    g_usleep (300);
}

static int64_t
finish (Case *c, int64_t result, bool is_address)
{
  wait_for_disk (c);
  if (result < 0 && result > -4096)
    g_string_append_printf (c->text, ") = -1 %s\n", strerrorname_np ((int) -result));
  else if (is_address)
    g_string_append_printf (c->text, ") = 0x%" PRIx64 "\n", (uint64_t) result);
  else
    g_string_append_printf (c->text, ") = %" PRId64 "\n", result);
  if (result == -ESRCH)
    c->dead = true;
  case_refresh (c);
  return result;
}

static void
begin_range (Case *c, const char *name, uint64_t address, uint64_t length)
{
  begin (c, "%s(", name);
  append_address (c->text, address);
  g_string_append (c->text, ", ");
  append_length (c->text, length);
  c->last = address;
  c->last_length = length;
}

int64_t
case_mmap (Case *c, uint64_t address, uint64_t length, int prot, uint64_t flags, int file, uint64_t offset)
{
  static const Flag names[] = {
    FLAG (MAP_SHARED_VALIDATE), FLAG (MAP_SHARED), FLAG (MAP_PRIVATE), FLAG (MAP_FIXED), FLAG (MAP_ANONYMOUS), FLAG (MAP_32BIT),
    FLAG (MAP_GROWSDOWN), FLAG (MAP_LOCKED), FLAG (MAP_NORESERVE), FLAG (MAP_POPULATE), FLAG (MAP_NONBLOCK), FLAG (MAP_STACK), FLAG (MAP_HUGETLB),
    FLAG (MAP_SYNC), FLAG (MAP_FIXED_NOREPLACE), { 0 }
  };
  int descriptor = file == 0 || file == 1 ? 3 + file : file;
  int64_t result;

  begin_range (c, "mmap", address, length);
  g_string_append (c->text, ", ");
  append_prot (c->text, (uint64_t) (unsigned) prot);
  g_string_append (c->text, ", ");
  append_flags (c->text, flags, names, "0");
  if (file == 0 || file == 1)
    g_string_append_printf (c->text, ", f%d", file + 1);
  else
    g_string_append_printf (c->text, ", %d", file);
  g_string_append_printf (c->text, offset ? ", 0x%" PRIx64 : ", %" PRIu64, offset);
  result = tracee_call (c->now, SYS_mmap, address, length, (uint64_t) prot, flags, (uint64_t) (int64_t) descriptor, offset);
  if (result >= 0 && (flags & MAP_ANONYMOUS) && (flags & MAP_TYPE) == MAP_SHARED)
    observe_new_zero (c->now, &c->names, (uint64_t) result);
  finish (c, result, true);
  if (result > 0)
    c->last = (uint64_t) result;
  return result;
}

int64_t
case_range (Case *c, long number, const char *name, uint64_t address, uint64_t length)
{
  begin_range (c, name, address, length);
  return finish (c, tracee_call (c->now, number, address, length, 0, 0, 0, 0), false);
}

int64_t
case_munmap (Case *c, uint64_t address, uint64_t length)
{
  return case_range (c, SYS_munmap, "munmap", address, length);
}

int64_t
case_mprotect (Case *c, uint64_t address, uint64_t length, uint64_t prot)
{
  begin_range (c, "mprotect", address, length);
  g_string_append (c->text, ", ");
  append_prot (c->text, prot);
  return finish (c, tracee_call (c->now, SYS_mprotect, address, length, prot, 0, 0, 0), false);
}

int64_t
case_mremap (Case *c, uint64_t address, uint64_t old_length, uint64_t new_length, uint64_t flags, uint64_t to)
{
  static const Flag names[] = { FLAG (MREMAP_MAYMOVE), FLAG (MREMAP_FIXED), FLAG (MREMAP_DONTUNMAP), { 0 } };
  int64_t result;

  begin_range (c, "mremap", address, old_length);
  g_string_append (c->text, ", ");
  append_length (c->text, new_length);
  g_string_append (c->text, ", ");
  append_flags (c->text, flags, names, "0");
  if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
    {
      g_string_append (c->text, ", ");
      append_address (c->text, to);
    }
  result = finish (c, tracee_call (c->now, SYS_mremap, address, old_length, new_length, flags, to, 0), true);
  if (result > 0)
    {
      c->last = (uint64_t) result;
      c->last_length = new_length;
    }
  return result;
}

static const char *
advice_name (int advice)
{
  static const struct { int advice; const char *name; } names[] = {
    { MADV_NORMAL, "MADV_NORMAL" }, { MADV_RANDOM, "MADV_RANDOM" }, { MADV_SEQUENTIAL, "MADV_SEQUENTIAL" }, { MADV_WILLNEED, "MADV_WILLNEED" },
    { MADV_DONTNEED, "MADV_DONTNEED" }, { MADV_FREE, "MADV_FREE" }, { MADV_REMOVE, "MADV_REMOVE" }, { MADV_DONTFORK, "MADV_DONTFORK" },
    { MADV_DOFORK, "MADV_DOFORK" }, { MADV_MERGEABLE, "MADV_MERGEABLE" }, { MADV_UNMERGEABLE, "MADV_UNMERGEABLE" },
    { MADV_HUGEPAGE, "MADV_HUGEPAGE" }, { MADV_NOHUGEPAGE, "MADV_NOHUGEPAGE" }, { MADV_DONTDUMP, "MADV_DONTDUMP" },
    { MADV_DODUMP, "MADV_DODUMP" }, { MADV_WIPEONFORK, "MADV_WIPEONFORK" }, { MADV_KEEPONFORK, "MADV_KEEPONFORK" }, { MADV_COLD, "MADV_COLD" },
    { MADV_PAGEOUT, "MADV_PAGEOUT" }, { 22, "MADV_POPULATE_READ" }, { 23, "MADV_POPULATE_WRITE" }, { 24, "MADV_DONTNEED_LOCKED" },
    { 25, "MADV_COLLAPSE" }, { 102, "MADV_GUARD_INSTALL" }, { 103, "MADV_GUARD_REMOVE" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].advice == advice)
      return names[i].name;
  return NULL;
}

int64_t
case_madvise (Case *c, uint64_t address, uint64_t length, int advice)
{
  begin_range (c, "madvise", address, length);
  if (advice_name (advice))
    g_string_append_printf (c->text, ", %s", advice_name (advice));
  else
    g_string_append_printf (c->text, ", 0x%x", (unsigned) advice);
  return finish (c, tracee_call (c->now, SYS_madvise, address, length, (uint64_t) advice, 0, 0, 0), false);
}

int64_t
case_mlock2 (Case *c, uint64_t address, uint64_t length, uint64_t flags)
{
  static const Flag names[] = { { 1, "MLOCK_ONFAULT" }, { 0 } };

  begin_range (c, "mlock2", address, length);
  g_string_append (c->text, ", ");
  append_flags (c->text, flags, names, "0");
  return finish (c, tracee_call (c->now, SYS_mlock2, address, length, flags, 0, 0, 0), false);
}

int64_t
case_mlockall (Case *c, uint64_t flags)
{
  static const Flag names[] = { FLAG (MCL_CURRENT), FLAG (MCL_FUTURE), { 4, "MCL_ONFAULT" }, { 0 } };

  begin (c, "mlockall(");
  append_flags (c->text, flags, names, "0");
  return finish (c, tracee_call (c->now, SYS_mlockall, flags, 0, 0, 0, 0, 0), false);
}

int64_t
case_munlockall (Case *c)
{
  begin (c, "munlockall(");
  return finish (c, tracee_call (c->now, SYS_munlockall, 0, 0, 0, 0, 0, 0), false);
}

int64_t
case_msync (Case *c, uint64_t address, uint64_t length, uint64_t flags)
{
  static const Flag names[] = { FLAG (MS_ASYNC), FLAG (MS_INVALIDATE), FLAG (MS_SYNC), { 0 } };

  begin_range (c, "msync", address, length);
  g_string_append (c->text, ", ");
  append_flags (c->text, flags, names, "0");
  return finish (c, tracee_call (c->now, SYS_msync, address, length, flags, 0, 0, 0), false);
}

int64_t
case_mincore (Case *c, uint64_t address, uint64_t length, bool bad_vector)
{
  uint64_t pages = (length + PAGE - 1) / PAGE;
  unsigned char vector[TRACEE_DATA_END - TRACEE_DATA];
  int64_t result = tracee_call (c->now, SYS_mincore, address, length, bad_vector ? 0 : TRACEE_DATA, 0, 0, 0);

  begin_range (c, "mincore", address, length);
  if (bad_vector)
    g_string_append (c->text, ", NULL");
  if (result != 0 || pages > sizeof vector || !tracee_read (c->now, TRACEE_DATA, vector, pages))
    return finish (c, result, false);
  g_string_append (c->text, ") == <<VEC\n");
  for (uint64_t i = 0; i < pages; i++)
    {
      g_string_append_c (c->text, vector[i] & 1 ? '1' : '0');
      if (i % 64 == 63 || i + 1 == pages)
        g_string_append_c (c->text, '\n');
    }
  g_string_append (c->text, "VEC\n");
  return result;
}

int64_t
case_brk (Case *c, uint64_t address)
{
  int64_t result = tracee_call (c->now, SYS_brk, address, 0, 0, 0, 0, 0);

  begin (c, "brk(");
  append_address (c->text, address);
  c->brk = (uint64_t) result;
  return finish (c, result, true);
}

int64_t
case_ftruncate (Case *c, unsigned file, uint64_t size)
{
  int64_t result = tracee_call (c->now, SYS_ftruncate, 3 + file, size, 0, 0, 0, 0);

  begin (c, "ftruncate(f%u, %" PRIu64, file + 1, size);
  if (result == 0)
    c->file_sizes[file] = size;
  return finish (c, result, false);
}

int64_t
case_transfer (Case *c, bool out, unsigned file, uint64_t address, uint64_t length, uint64_t offset)
{
  int64_t result = tracee_call (c->now, out ? SYS_pwrite64 : SYS_pread64, 3 + file, address, length, offset, 0, 0);

  begin (c, "%s(f%u, ", out ? "pwrite64" : "pread64", file + 1);
  append_address (c->text, address);
  g_string_append_printf (c->text, ", %" PRIu64, length);
  g_string_append_printf (c->text, offset ? ", 0x%" PRIx64 : ", %" PRIu64, offset);
  if (out && result > 0 && offset + (uint64_t) result > c->file_sizes[file])
    c->file_sizes[file] = offset + (uint64_t) result;
  return finish (c, result, false);
}

int64_t
case_fadvise (Case *c, unsigned file, uint64_t offset, uint64_t length, unsigned advice)
{
  static const char *const names[] = { "NORMAL", "RANDOM", "SEQUENTIAL", "WILLNEED", "DONTNEED", "NOREUSE" };
  int64_t result = tracee_call (c->now, SYS_fadvise64, 3 + file, offset, length, advice, 0, 0);

  begin (c, "posix_fadvise(f%u, %" PRIu64 ", %" PRIu64 ", POSIX_FADV_%s", file + 1, offset, length, names[advice]);
  return finish (c, result, false);
}

int64_t
case_readahead (Case *c, unsigned file, uint64_t offset, uint64_t length)
{
  int64_t result = tracee_call (c->now, SYS_readahead, 3 + file, offset, length, 0, 0, 0);

  begin (c, "readahead(f%u, %" PRIu64 ", %" PRIu64, file + 1, offset, length);
  return finish (c, result, false);
}

int64_t
case_fsync (Case *c, unsigned file)
{
  int64_t result = tracee_call (c->now, SYS_fsync, 3 + file, 0, 0, 0, 0, 0);

  begin (c, "fsync(f%u", file + 1);
  return finish (c, result, false);
}

int64_t
case_prctl_thp (Case *c, bool disable)
{
  int64_t result = tracee_call (c->now, SYS_prctl, PR_SET_THP_DISABLE, disable, 0, 0, 0, 0);

  begin (c, "prctl(PR_SET_THP_DISABLE, %d, 0, 0, 0", disable);
  return finish (c, result, false);
}

/* The process itself makes the call: to do it from outside takes a capability that root need not have. */
int64_t
case_setrlimit (Case *c, int resource, const char *name, uint64_t limit)
{
  struct rlimit limits;
  int64_t result = tracee_call (c->now, SYS_getrlimit, (uint64_t) resource, TRACEE_DATA, 0, 0, 0, 0);

  if (result < 0 || !tracee_read (c->now, TRACEE_DATA, &limits, sizeof limits))
    return result;
  limits.rlim_cur = limit;
  if (!tracee_put (c->now, TRACEE_DATA, &limits, sizeof limits))
    return -EFAULT;
  result = tracee_call (c->now, SYS_setrlimit, (uint64_t) resource, TRACEE_DATA, 0, 0, 0, 0);
  begin (c, "setrlimit(%s, ", name);
  if (limit == RLIM_INFINITY)
    g_string_append (c->text, "RLIM_INFINITY");
  else
    g_string_append_printf (c->text, "%" PRIu64, limit);
  return finish (c, result, false);
}

static void
append_outcome (Case *c, const TraceeAccess *access)
{
  if (access->signal == SIGSEGV)
    g_string_append_printf (c->text, "SIGSEGV (%s)\n", access->code == SEGV_MAPERR ? "SEGV_MAPERR"
                            : access->code == SEGV_ACCERR ? "SEGV_ACCERR" : "SI_KERNEL");
  else if (access->signal == SIGBUS)
    g_string_append (c->text, "SIGBUS (BUS_ADRERR)\n");
  else if (access->signal)
    c->dead = true;
  else
    g_string_append (c->text, access->major ? "major\n" : access->minor ? "minor\n" : "ok\n");
}

void
case_access (Case *c, char kind, uint64_t address, unsigned size)
{
  TraceeAccess access = tracee_access (c->now, kind, address, size);

  begin (c, "%s(", kind == 'l' ? "load" : kind == 's' ? "store" : "fetch");
  append_address (c->text, address);
  if (size != 1 && kind != 'f')
    g_string_append_printf (c->text, ", %u", size);
  g_string_append (c->text, ") = ");
  append_outcome (c, &access);
  wait_for_disk (c);
  case_refresh (c);
}

void
case_fork (Case *c)
{
  Tracee *child = &c->processes[c->made];
  int64_t result = tracee_fork (c->now, child);

  begin (c, "fork(");
  if (result < 0)
    {
      finish (c, result, false);
      return;
    }
  child->letter = (char) ('A' + c->made++);
  g_string_append_printf (c->text, ") = %c\n", child->letter);
  case_refresh (c);
}

void
case_exit (Case *c)
{
  begin (c, "exit(0) = ?\n");
  tracee_exit (c->now);
}

void
case_see_maps (Case *c)
{
  g_string_append_printf (c->text, "maps(%c) == <<MAPS\n", c->now->letter);
  observe_maps (c->now, &c->names, c->text);
  g_string_append (c->text, "MAPS\n");
}

void
case_see_faults (Case *c)
{
  uint64_t minor, major;

  tracee_faults (c->now, &minor, &major);
  g_string_append_printf (c->text, "stat_faults(%c) == <<FAULTS\n%" PRIu64 " %" PRIu64 "\nFAULTS\n", c->now->letter, minor, major);
}

void
case_see_status (Case *c)
{
  g_string_append_printf (c->text, "status(%c, fields=\"" STATUS_FIELDS "\") == <<STATUS\n", c->now->letter);
  observe_status (c->now, STATUS_FIELDS, c->text);
  g_string_append (c->text, "STATUS\n");
}

void
case_see_smaps (Case *c, uint64_t start, uint64_t end)
{
  g_string_append_printf (c->text, "smaps(%c, 0x%" PRIx64 ", %" PRIu64 ", fields=\"" SMAPS_FIELDS "\") == <<SMAPS\n", c->now->letter, start,
                          end - start);
  observe_smaps (c->now, &c->names, start, end, SMAPS_FIELDS, c->text);
  g_string_append (c->text, "SMAPS\n");
}

void
case_see_pagemap (Case *c, uint64_t start, uint64_t end)
{
  g_string_append_printf (c->text, "pagemap(%c, 0x%" PRIx64 ", %" PRIu64 ") == <<PAGES\n", c->now->letter, start, end - start);
  observe_pagemap (c->now, start, end, c->text);
  g_string_append (c->text, "PAGES\n");
}
