/* anon-name.c - names of nameless memory: prctl (PR_SET_VMA, PR_SET_VMA_ANON_NAME, …)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/madvise.c:madvise_set_anon_name(), madvise_vma_anon_name() and
 * kernel/sys.c:prctl_set_vma() (5.17). A name is kept as maps shows it, "[anon:malloc]", so that
 * equal names are equal strings; regions with different names do not merge. */
#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/virt/syscalls.h"

#include <errno.h>
#include <string.h>

#include "engine/virt/uapi.h"
#include "engine/virt/vma-private.h"

/* With the NUL. */
#define ANON_VMA_NAME_MAX_LEN 80

/* kernel/sys.c:is_valid_name_char(). */
static bool
is_valid_char (char c)
{
  return c > 0x1f && c < 0x7f && !strchr ("\\`$[]", c);
}

/* Length and characters: what could break the lines of maps is refused. */
static int
check_name (PwkMachine *machine, const char *name)
{
  size_t length = strlen (name);

  if (length >= ANON_VMA_NAME_MAX_LEN)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OPTION_ARGS);
  for (size_t i = 0; i < length; i++)
    if (!is_valid_char (name[i]))
      return pwk_refuse (machine, EINVAL, PWK_WHY_OPTION_ARGS);
  return 0;
}

/* As maps shows it: fs/proc/task_mmu.c:get_vma_name(); "" no name. Caller owns. */
static char *
shown_name (const PwkMachine *machine, PwkIndex vma, const char *name)
{
  if (!name)
    return g_strdup ("");
  return g_strdup_printf (pwk_vma (machine, vma)->vm_file ? "[anon_shmem:%s]" : "[anon:%s]", name);
}

/* Follows mm/madvise.c:madvise_vma_anon_name(). Memory that has no file, or shares one that has no
 * name either. *@vma becomes the region that has the range. */
static int
name_vma (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, const char *name)
{
  g_autofree char *shown = shown_name (machine, *vma, name);
  PwkIndex string;

  if (pwk_vma (machine, *vma)->vm_file && pwk_vma (machine, *vma)->vm_ops != PWK_VM_OPS_SHMEM)
    return pwk_refuse (machine, EBADF, PWK_WHY_ADVICE_FILE);
  if (!pwk_string_fits (machine, shown))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NAMES_FULL);
  string = pwk_string_intern (machine, shown);
  if (string == pwk_vma (machine, *vma)->name)
    return 0;
  return pwk_vma_modify_name (machine, vma, start, end, string);
}

/* Holes do not stop it, and are told in the end: madvise_walk_vmas (). */
static int64_t
walk (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, const char *name)
{
  bool hole = false;

  for (PwkVaddr at = start; at < end;)
    {
      PwkIndex vma = pwk_find_vma (machine, mm, at);
      PwkVaddr part_end;
      int error;

      if (!vma || pwk_vma (machine, vma)->vm_start >= end)
        return pwk_refuse (machine, ENOMEM, at == start ? PWK_WHY_NO_REGION : PWK_WHY_HOLE_PASSED);
      hole |= pwk_vma (machine, vma)->vm_start > at;
      at = MAX (at, pwk_vma (machine, vma)->vm_start);
      part_end = MIN (pwk_vma (machine, vma)->vm_end, end);
      error = name_vma (machine, &vma, at, part_end, name);
      if (error)
        return error;
      at = MAX (part_end, MIN (pwk_vma (machine, vma)->vm_end, end));
    }
  return hole ? pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE_PASSED) : 0;
}

/* Follows mm/madvise.c:madvise_set_anon_name(), and kernel/sys.c:prctl_set_vma() before it. @name
 * NULL takes the name away. */
static int64_t
set_name (PwkMachine *machine, PwkIndex mm, uint64_t addr, uint64_t len, const char *name)
{
  uint64_t aligned = pwk_page_align (len);
  int error = name ? check_name (machine, name) : 0;

  if (error)
    return error;
  if (addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if ((len && !aligned) || addr + aligned < addr)
    return pwk_refuse (machine, EINVAL, len && !aligned ? PWK_WHY_LENGTH_TOO_LARGE : PWK_WHY_RANGE_WRAPS);
  return walk (machine, mm, addr, addr + aligned, name);
}

/* 0 or -errno; told as the prctl () that it is. */
int64_t
pwk_sys_set_anon_name (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, const char *name)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  int64_t result = mm ? set_name (machine, mm, addr, len, name) : pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);

  if (result >= 0)
    pwk_emit_prctl (machine, task, PWK_PR_SET_VMA, 0, addr);
  return result;
}
