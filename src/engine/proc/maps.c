/* maps.c - /proc/PID/maps
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/task_mmu.c:show_map_vma(), get_vma_name(). One line a region, names from column
 * 73:
 *
 *      555555554000-555555556000 r-xp 00001000 08:01 1234                       /usr/bin/prog
 *      start        end          prot offset   dev   inode                      name
 *
 * The third letter of four is x, the last p (copied on write) or s; the offset is in bytes and 0
 * for anonymous regions, whose vm_pgoff is of no interest to anyone else. */
#include "engine/proc/maps.h"

#include <inttypes.h>
#include <string.h>

#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/proc/proc.h"
#include "engine/virt/files.h"
#include "engine/virt/vma.h"

/* Names begin in this column (seq_setwidth). */
#define NAME_COLUMN 73

/* In the kernel's order of questions: a name of its own (vdso), the file, then what lies at the
 * heap's and the stack's addresses, by position alone: a mapping next to the heap's end can be
 * called [heap]. */
const char *
pwk_vma_name (const PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);
  const PwkMm *m = pwk_mm (machine, v->vm_mm);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_VMA, vma));
  if (v->name)
    return pwk_string (machine, v->name);
  if (v->vm_file)
    return pwk_string (machine, pwk_inode (machine, pwk_file (machine, v->vm_file)->inode)->name);
  if (machine->profile->heap_touches ? v->vm_start <= m->brk && v->vm_end >= m->start_brk
                                     : v->vm_start < m->brk && v->vm_end > m->start_brk)
    return "[heap]";
  if (v->vm_start <= m->start_stack && v->vm_end >= m->start_stack)
    return "[stack]";
  return "";
}

/* What a recording presupposes without showing is marked, behind the name, where the kernel writes
 * "(deleted)" too. */
static void
append_name (GString *out, gsize line_start, const char *name, bool assumed)
{
  if (*name || assumed)
    {
      while (out->len - line_start < NAME_COLUMN)
        g_string_append_c (out, ' ');
      for (const char *c = name; *c; c++)
        /* A line is a region, so a name must not end one (seq_escape ()). */
        if (*c == '\n')
          g_string_append (out, "\\012");
        else
          g_string_append_c (out, *c);
      if (assumed)
        g_string_append (out, *name ? " (assumed)" : "(assumed)");
    }
  g_string_append_c (out, '\n');
}

/* PROT_NONE regions show as ---p, and a region is s by MAYSHARE: a file opened for reading only,
 * mapped shared, is s and can never be written. */
void
pwk_proc_map_line (const PwkMachine *machine, PwkIndex vma, GString *out)
{
  const PwkVma *v = pwk_vma (machine, vma);
  const PwkInode *inode = v->vm_file ? pwk_inode (machine, pwk_file (machine, v->vm_file)->inode) : NULL;
  gsize line_start = out->len;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_VMA, vma));
  g_string_append_printf (out, "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64 " %02x:%02x %" PRIu64 " ",
                          v->vm_start, v->vm_end,
                          v->vm_flags & PWK_VM_READ ? 'r' : '-', v->vm_flags & PWK_VM_WRITE ? 'w' : '-',
                          v->vm_flags & PWK_VM_EXEC ? 'x' : '-', v->vm_flags & PWK_VM_MAYSHARE ? 's' : 'p',
                          inode ? v->vm_pgoff << PWK_PAGE_SHIFT : 0, inode ? inode->dev_major : 0, inode ? inode->dev_minor : 0,
                          inode ? inode->ino : 0);
  append_name (out, line_start, pwk_vma_name (machine, vma), v->assumed);
}

/* A whole word of the list, so that "min" is not found in "high_min". */
bool
pwk_proc_has_field (const char *fields, const char *name)
{
  size_t length = strlen (name);

  pwk_assert_door (length > 0);
  for (const char *at = fields; (at = strstr (at, name)); at += length)
    if ((at == fields || at[-1] == ',' || at[-1] == ' ') && (at[length] == 0 || at[length] == ',' || at[length] == ' '))
      return true;
  return false;
}

/* Columns are cut from the kernel's line, so that they cannot differ from it. */
void
pwk_proc_map_columns (const PwkMachine *machine, PwkIndex vma, const char *fields, GString *out)
{
  static const char *const names[] = { "range", "perms", "offset", "device", "inode" };
  const char *path = pwk_vma_name (machine, vma), *separator = "";
  g_autoptr(GString) line = g_string_new (NULL);
  g_auto(GStrv) columns = NULL;
  bool cut = false;

  pwk_proc_map_line (machine, vma, line);
  columns = g_strsplit (line->str, " ", (int) G_N_ELEMENTS (names) + 1);
  for (size_t i = 0; fields && i < G_N_ELEMENTS (names); i++)
    if (pwk_proc_has_field (fields, names[i]))
      {
        g_string_append_printf (out, "%s%s", separator, columns[i]);
        separator = " ";
        cut = true;
      }
  if (cut && *path && pwk_proc_has_field (fields, "path"))
    g_string_append_printf (out, " %s", path);
  g_string_append (out, cut ? "\n" : line->str);
}

/* The first region of a dump that is asked for a part; *@end is where the part ends, as a
 * length to the end of all addresses would wrap. */
PwkIndex
pwk_proc_first_in (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, PwkVaddr *end)
{
  PwkIndex mm = pwk_task (machine, task)->mm;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  *end = addr + length < addr ? UINT64_MAX : addr + length;
  return mm ? pwk_find_vma_intersection (machine, mm, addr, *end) : 0;
}

/* Regions that overlap are shown whole: the range chooses, it does not cut. */
void
pwk_proc_maps_range (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, const char *fields, GString *out)
{
  PwkVaddr end;
  PwkIndex vma = pwk_proc_first_in (machine, task, addr, length, &end);

  if (!addr && length == UINT64_MAX && !fields)
    pwk_proc_maps (machine, task, out);
  else
    for (; vma && pwk_vma (machine, vma)->vm_start < end; vma = pwk_vma (machine, vma)->vm_next)
      pwk_proc_map_columns (machine, vma, fields, out);
}

/* The vsyscall page is no region of the mm (the kernel's gate_vma), and comes last by its address. */
void
pwk_proc_maps (const PwkMachine *machine, PwkIndex task, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  gsize line_start;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if (!mm)
    return;
  for (PwkIndex vma = pwk_mm (machine, mm)->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    pwk_proc_map_line (machine, vma, out);
  if (pwk_mm (machine, mm)->flags & PWK_MMF_VSYSCALL)
    {
      line_start = out->len;
      g_string_append (out, "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 ");
      append_name (out, line_start, "[vsyscall]", false);
    }
}
