/* words.c - what regions, tasks, entries and TLBs are called, in pictures and in sentences
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/words.h"

#include <errno.h>

#include "engine/core/reasons.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/phys/page.h"
#include "engine/phys/zone.h"
#include "engine/virt/files.h"
#include "engine/virt/process.h"
#include "engine/virt/swap-door.h"
#include "views/view-common.h"

void
pwk_words_perms (uint64_t vm_flags, char text[5])
{
  text[0] = (vm_flags & PWK_VM_READ) != 0 ? 'r' : '-';
  text[1] = (vm_flags & PWK_VM_WRITE) != 0 ? 'w' : '-';
  text[2] = (vm_flags & PWK_VM_EXEC) != 0 ? 'x' : '-';
  text[3] = (vm_flags & PWK_VM_MAYSHARE) != 0 || (vm_flags & PWK_VM_SHARED) != 0 ? 's' : 'p';
  text[4] = '\0';
}

const PwkPageFlagWord pwk_page_flag_words[PWK_N_PAGE_FLAG_WORDS] = {
  { PWK_PG_LOCKED, "locked", true },
  { PWK_PG_REFERENCED, "referenced", false },
  { PWK_PG_UPTODATE, "uptodate", true },
  { PWK_PG_DIRTY, "dirty", false },
  { PWK_PG_LRU, "lru", false },
  { PWK_PG_ACTIVE, "active", false },
  { PWK_PG_WORKINGSET, "workingset", false },
  { PWK_PG_WRITEBACK, "writeback", false },
  { PWK_PG_RECLAIM, "reclaim", true },
  { PWK_PG_SWAPBACKED, "swapbacked", false },
  { PWK_PG_SWAPCACHE, "swapcache", false },
  { PWK_PG_UNEVICTABLE, "unevictable", false },
  { PWK_PG_MLOCKED, "mlocked", true },
  { PWK_PG_HEAD, "head", false },
  { PWK_PG_TAIL, "tail", false },
  { PWK_PG_ANON_EXCLUSIVE, "anon_exclusive", false },
  { PWK_PG_READAHEAD, "readahead", false },
  { PWK_PG_PARTIALLY_MAPPED, "partially_mapped", false },
};

char *
pwk_words_page_flags (uint64_t flags)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < PWK_N_PAGE_FLAG_WORDS; i++)
    if ((flags & pwk_page_flag_words[i].bit) != 0)
      {
        g_string_append_printf (text, "%sPG_%s", text->len > 0 ? "|" : "",
                                pwk_page_flag_words[i].name);
        flags &= ~(uint64_t) pwk_page_flag_words[i].bit;
      }

  return g_string_free (text, FALSE);
}

char *
pwk_words_vm_flags (uint64_t vm_flags)
{
  static const struct { uint64_t bit; const char *name;
  } names[] = {
    { PWK_VM_READ, "VM_READ" },
    { PWK_VM_WRITE, "VM_WRITE" },
    { PWK_VM_EXEC, "VM_EXEC" },
    { PWK_VM_SHARED, "VM_SHARED" },
    { PWK_VM_MAYREAD, "VM_MAYREAD" },
    { PWK_VM_MAYWRITE, "VM_MAYWRITE" },
    { PWK_VM_MAYEXEC, "VM_MAYEXEC" },
    { PWK_VM_MAYSHARE, "VM_MAYSHARE" },
    { PWK_VM_GROWSDOWN, "VM_GROWSDOWN" },
    { PWK_VM_UFFD_MISSING, "VM_UFFD_MISSING" },
    { PWK_VM_PFNMAP, "VM_PFNMAP" },
    { PWK_VM_MAYBE_GUARD, "VM_MAYBE_GUARD" },
    { PWK_VM_LOCKED, "VM_LOCKED" },
    { PWK_VM_IO, "VM_IO" },
    { PWK_VM_SEQ_READ, "VM_SEQ_READ" },
    { PWK_VM_RAND_READ, "VM_RAND_READ" },
    { PWK_VM_DONTCOPY, "VM_DONTCOPY" },
    { PWK_VM_DONTEXPAND, "VM_DONTEXPAND" },
    { PWK_VM_LOCKONFAULT, "VM_LOCKONFAULT" },
    { PWK_VM_ACCOUNT, "VM_ACCOUNT" },
    { PWK_VM_NORESERVE, "VM_NORESERVE" },
    { PWK_VM_HUGETLB, "VM_HUGETLB" },
    { PWK_VM_SYNC, "VM_SYNC" },
    { PWK_VM_WIPEONFORK, "VM_WIPEONFORK" },
    { PWK_VM_DONTDUMP, "VM_DONTDUMP" },
    { PWK_VM_SOFTDIRTY, "VM_SOFTDIRTY" },
    { PWK_VM_MIXEDMAP, "VM_MIXEDMAP" },
    { PWK_VM_HUGEPAGE, "VM_HUGEPAGE" },
    { PWK_VM_NOHUGEPAGE, "VM_NOHUGEPAGE" },
    { PWK_VM_MERGEABLE, "VM_MERGEABLE" },
    { PWK_VM_DROPPABLE, "VM_DROPPABLE" },
    { PWK_VM_SEALED, "VM_SEALED" },
  };
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if ((vm_flags & names[i].bit) != 0)
      {
        g_string_append (text, text->len > 0 ? "|" : "");
        g_string_append (text, names[i].name);
        vm_flags &= ~names[i].bit;
      }
  if (vm_flags != 0 || text->len == 0)
    g_string_append_printf (text, "%s%s%" G_GINT64_MODIFIER "x", text->len > 0 ? "|" : "",
                            vm_flags != 0 ? "0x" : "", vm_flags);

  return g_string_free (text, FALSE);
}

/* As show_map_vma () names regions: file, special name, heap, stack. */
char *
pwk_words_vma (const PwkMachine *machine, const PwkVma *vma)
{
  const PwkMm *mm = vma->vm_mm != 0 ? pwk_mm (machine, vma->vm_mm) : NULL;

  if (vma->vm_file != 0)
    {
      const PwkFile *file = pwk_file (machine, vma->vm_file);
      const char *name =
          file->inode != 0 ? pwk_string (machine, pwk_inode (machine, file->inode)->name) : "";

      if (name[0] != '\0')
        return g_strdup (name);
    }
  if (vma->name != 0)
    return g_strdup (pwk_string (machine, vma->name));
  if (mm != NULL && mm->start_brk < mm->brk && vma->vm_start < mm->brk &&
      vma->vm_end > mm->start_brk)
    return g_strdup ("[heap]");
  if (mm != NULL && vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack &&
      (vma->vm_flags & PWK_VM_GROWSDOWN) != 0)
    return g_strdup ("[stack]");

  /* Translators: a region of an address space without file or name. */
  return g_strdup (C_("region", "anonymous"));
}

PwkRole
pwk_vma_role (const PwkMachine *machine, const PwkVma *vma)
{
  switch ((PwkVmOps) vma->vm_ops)
    {
    case PWK_VM_OPS_SHMEM:
      return PWK_ROLE_SHMEM;
    case PWK_VM_OPS_SPECIAL:
      return PWK_ROLE_KERNEL;
    case PWK_VM_OPS_FILE:
      return PWK_ROLE_FILE;
    case PWK_VM_OPS_NONE:
    default:
      return vma->vm_file != 0 ? PWK_ROLE_FILE : PWK_ROLE_ANON;
    }
}

const char *
pwk_words_kernel (const PwkProfile *profile)
{
  return strcmp (profile->kernel, "seed") == 0 ? "6.18" : profile->kernel;
}

char *
pwk_words_task (const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *record;
  const char *name;

  if (task == 0)
    return g_strdup (_("the kernel"));

  record = pwk_task (machine, task);
  name = pwk_task_called (machine, task);
  /* Translators: a process, its name and number. */
  return name[0] != '\0' ? g_strdup_printf (_("%s (pid %d)"), name, record->pid)
                         : g_strdup_printf (_("pid %d"), record->pid);
}

const char *
pwk_words_cache_mode (unsigned mode)
{
  static const char *const words[PWK_N_CACHE_MODES] = {
    [PWK_CACHE_WB] = N_("write-back, as memory is"),
    [PWK_CACHE_WC] = N_("write-combining"),
    [PWK_CACHE_UC_MINUS] = N_("uncached"),
    [PWK_CACHE_UC] = N_("uncached, whatever the MTRRs say"),
    [PWK_CACHE_WT] = N_("write-through"),
  };

  return mode < PWK_N_CACHE_MODES ? _(words[mode]) : "?";
}

const char *
pwk_words_tlb (unsigned id)
{
  switch (id)
    {
    case PWK_TLB_L1I:
      return "L1I";
    case PWK_TLB_L1I2M:
      return "L1I 2M";
    case PWK_TLB_L1D:
      return "L1D";
    case PWK_TLB_L1D2M:
      return "L1D 2M";
    case PWK_TLB_STLB:
      return "STLB";
    case PWK_TLB_TAB_PWC + PWK_PWC_PML4E:
      return "PML4E";
    case PWK_TLB_TAB_PWC + PWK_PWC_PDPTE:
      return "PDPTE";
    case PWK_TLB_TAB_PWC + PWK_PWC_PDE:
      return "PDE";
    default:
      return "?";
    }
}

char *
pwk_words_pte (const PwkFormat *format, uint64_t bits, unsigned level)
{
  GString *text = g_string_new (NULL);

  pwk_pte_describe (format, bits, (PwkLevel) CLAMP (level, PWK_LEVEL_PTE, PWK_LEVEL_PGD), text);
  return g_string_free (text, FALSE);
}

char *
pwk_words_slot (uint64_t slot)
{
  if (pwk_swap_area (slot) > 0)
    return g_strdup_printf ("%u:%llu", pwk_swap_area (slot), PWK_N (pwk_swap_offset (slot)));
  return g_strdup_printf ("%llu", PWK_N (slot));
}

const char *
pwk_words_access (unsigned kind)
{
  switch (kind)
    {
    case PWK_ACCESS_STORE:
      /* Translators: an access of the processor to memory. */
      return C_("access", "store");
    case PWK_ACCESS_FETCH:
      return C_("access", "instruction fetch");
    case PWK_ACCESS_LOAD:
    default:
      return C_("access", "load");
    }
}

char *
pwk_words_error (uint32_t error)
{
  GString *text = g_string_new (NULL);

  /* Translators: parts of a page fault's error code, in one line with commas. */
  g_string_append (text, (error & PWK_PF_PROT) != 0 ? _("rights violated") : _("not present"));
  g_string_append (text, _(", "));
  g_string_append (text, (error & PWK_PF_INSTR) != 0   ? C_("access", "instruction fetch")
                         : (error & PWK_PF_WRITE) != 0 ? C_("access", "write")
                                                       : C_("access", "read"));
  g_string_append (text, _(", "));
  g_string_append (text, (error & PWK_PF_USER) != 0 ? _("user mode") : _("kernel mode"));
  if ((error & PWK_PF_RSVD) != 0)
    {
      g_string_append (text, _(", "));
      g_string_append (text, _("a reserved bit is set"));
    }

  return g_string_free (text, FALSE);
}

const char *
pwk_words_no_merge (unsigned why)
{
  switch (why)
    {
    case PWK_NO_MERGE_SPECIAL:
      return _("device and special mappings never merge");
    case PWK_NO_MERGE_CLOSE:
      return _("it has a close function that must be called");
    case PWK_NO_MERGE_FLAGS:
      return _("vm_flags differ");
    case PWK_NO_MERGE_FILE:
      return _("the files differ");
    case PWK_NO_MERGE_NAME:
      return _("the names differ");
    case PWK_NO_MERGE_ANON_VMA:
      return _("their anon_vmas differ");
    case PWK_NO_MERGE_FORKED:
      return _("its anon_vma came with a fork");
    case PWK_NO_MERGE_PGOFF:
      return _("page offsets do not continue");
    case PWK_NO_MERGE_POLICY:
      return _("their NUMA policies differ");
    case PWK_NO_MERGE_SIDES:
      return _("both sides would fit, but their anon_vmas differ");
    default:
      return _("they are not alike");
    }
}

char *
pwk_words_apart (unsigned why, uint64_t differ)
{
  g_autofree char *flags = pwk_words_vm_flags (differ);

  if (differ == 0)
    return g_strdup (pwk_words_no_merge (why));
  /* Translators: why regions are not joined: "vm_flags differ", and which flags. */
  return g_strdup_printf (_("%s (%s)"), pwk_words_no_merge (why), flags);
}

const char *
pwk_words_merge (unsigned how)
{
  switch (how)
    {
    case PWK_MERGE_PREV:
      return _("the region below grew over it");
    case PWK_MERGE_NEXT:
      return _("the region above grew down over it");
    case PWK_MERGE_BOTH:
      return _("below, it and above became one");
    case PWK_MERGE_PREV_PART:
      return _("the region below took its lower part");
    case PWK_MERGE_NEXT_PART:
      return _("the region above took its upper part");
    default:
      return _("it was joined to a neighbour");
    }
}

const char *
pwk_words_errno (int error)
{
  static const struct { int number; const char *name;
  } names[] = {
    { EPERM, "EPERM" },
    { ENOENT, "ENOENT" },
    { ESRCH, "ESRCH" },
    { EINTR, "EINTR" },
    { EIO, "EIO" },
    { EBADF, "EBADF" },
    { ECHILD, "ECHILD" },
    { EAGAIN, "EAGAIN" },
    { ENOMEM, "ENOMEM" },
    { EACCES, "EACCES" },
    { EFAULT, "EFAULT" },
    { EBUSY, "EBUSY" },
    { EEXIST, "EEXIST" },
    { ENODEV, "ENODEV" },
    { EISDIR, "EISDIR" },
    { EINVAL, "EINVAL" },
    { ENFILE, "ENFILE" },
    { EMFILE, "EMFILE" },
    { ENOSPC, "ENOSPC" },
    { ESPIPE, "ESPIPE" },
    { EROFS, "EROFS" },
    { ENOSYS, "ENOSYS" },
    { EOVERFLOW, "EOVERFLOW" },
    { EOPNOTSUPP, "EOPNOTSUPP" },
    { EFBIG, "EFBIG" },
    { ENAMETOOLONG, "ENAMETOOLONG" },
    { ETXTBSY, "ETXTBSY" },
    { ERANGE, "ERANGE" },
    { EHWPOISON, "EHWPOISON" },
  };
  char text[16];

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].number == error)
      return names[i].name;

  g_snprintf (text, sizeof text, "%d", error);
  return g_intern_string (text);
}

const char *
pwk_words_lru (uint64_t lru)
{
  static const char *const names[PWK_NR_LRU_LISTS] = {
    /* Translators: the five lists of pages that reclaim may take. */
    N_("inactive anonymous"), N_("active anonymous"), N_("inactive file"),
    N_("active file"),        N_("unevictable"),
  };

  return lru < PWK_NR_LRU_LISTS ? _(names[lru]) : "?";
}
