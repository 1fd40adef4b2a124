/* inspect-space.c - vm_area_struct, mm_struct, task_struct, files, addresses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/phys/cpuset.h"
#include "engine/virt/files.h"
#include "views/address-space-model.h"
#include "views/inspect-private.h"

#include "engine/paging/mmu.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/uapi.h"

#define MM_TYPES_H "include/linux/mm_types.h"

static uint64_t
vma_link (const PwkInspection *inspection, PwkIndex vma)
{
  return vma != 0 ? PWK_ID_VMA (pwk_vma (inspection->machine, vma)->vm_start) : 0;
}

static const char *
vma_word (PwkInspection *inspection, PwkIndex vma)
{
  return vma != 0 ? pwk_text_address (inspection, pwk_vma (inspection->machine, vma)->vm_start)
                  : "NULL";
}

static int32_t
mm_pid (const PwkMachine *machine, PwkIndex mm)
{
  PwkIndex owner = mm != 0 ? pwk_mm (machine, mm)->owner : 0;

  return owner != 0 ? pwk_task (machine, owner)->pid : 0;
}

/* --- regions --- */

/* Whether a kind of event about regions named this one; its record's index is argument 0 of them
 * all. */
static bool
vma_changed (const PwkInspection *inspection, PwkIndex vma)
{
  return pwk_happened (inspection, PWK_FIELD_OF (VMA_ADD, vma), vma) ||
         pwk_happened (inspection, PWK_FIELD_OF (VMA_ADJUST, vma), vma) ||
         pwk_happened (inspection, PWK_FIELD_OF (VMA_SPLIT, vma), vma) ||
         pwk_happened (inspection, PWK_FIELD_OF (VMA_SPLIT, new), vma) ||
         pwk_happened (inspection, PWK_FIELD_OF (VMA_MERGE, vma), vma) ||
         pwk_happened (inspection, PWK_FIELD_OF (EXPAND_STACK, vma), vma);
}

static void
add_vma_place (PwkInspection *inspection, PwkIndex index, const PwkVma *vma)
{
  bool changed = vma_changed (inspection, index);
  const char *tree = inspection->machine->profile->vma_list_and_tree
                         ? _("sorted list; the kernel's own in this profile")
                         : _("sorted list, as the maple tree is walked");

  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_start", "unsigned long", _("its first address"),
                        "%s", pwk_text_address (inspection, vma->vm_start)),
               PWK_ID_ADDRESS (vma->vm_start), changed);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_end", "unsigned long",
                        _("the first address behind it"), "%s",
                        pwk_text_address (inspection, vma->vm_end)),
               0, changed);
  pwk_row (inspection, PWK_NEWER, "vma_pages ()", "unsigned long", _("its size"), "%s",
           pwk_text_pages (inspection, pwk_vma_pages (vma)));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_mm", "struct mm_struct *",
                        _("the address space it is in"), "mm %u", vma->vm_mm),
               PWK_ID (PWK_THING_MM, mm_pid (inspection->machine, vma->vm_mm)), false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_next", "struct vm_area_struct *", tree, "%s",
                        vma_word (inspection, vma->vm_next)),
               vma_link (inspection, vma->vm_next), false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_prev", "struct vm_area_struct *", tree, "%s",
                        vma_word (inspection, vma->vm_prev)),
               vma_link (inspection, vma->vm_prev), false);
  pwk_row_begin (inspection, "vm_rb", "struct rb_node", _("its node in the red-black tree"));
  pwk_row (inspection, PWK_SEED, "colour", "bit", NULL, "%s",
           vma->rb_red ? C_("red-black tree", "red") : C_("red-black tree", "black"));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "rb_left", "struct rb_node *", _("regions below"),
                        "%s", vma_word (inspection, vma->rb_left)),
               vma_link (inspection, vma->rb_left), false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "rb_right", "struct rb_node *", _("regions above"),
                        "%s", vma_word (inspection, vma->rb_right)),
               vma_link (inspection, vma->rb_right), false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "rb_parent", "struct rb_node *", NULL, "%s",
                        vma_word (inspection, vma->rb_parent)),
               vma_link (inspection, vma->rb_parent), false);
  pwk_row (inspection, PWK_NEWER, "rb_subtree_gap", "unsigned long",
           _("largest gap below a region of this subtree"), "%s",
           pwk_inspect_text (inspection, pwk_format_bytes (vma->rb_subtree_gap)));
  pwk_row_end (inspection);
}

/* Where its pages are: in memory, in the swap area, in the page cache alone, nowhere yet. */
static void
add_vma_residency (PwkInspection *inspection, PwkIndex index)
{
  uint64_t counts[PWK_N_RESIDENCIES];

  pwk_region_residency (inspection->machine, index, counts);
  pwk_row_begin (inspection, "smaps", "/proc/PID/smaps", _("where its pages are"));
  for (unsigned kind = 0; kind < PWK_N_RESIDENCIES; kind++)
    if (counts[kind] > 0)
      pwk_row (inspection, PWK_NEWER, pwk_residency_title ((PwkResidency) kind), "", NULL, "%s",
               pwk_text_pages (inspection, counts[kind]));
  pwk_row_end (inspection);
}

static void
add_vma_rights (PwkInspection *inspection, PwkIndex index, const PwkVma *vma)
{
  bool changed = pwk_happened (inspection, PWK_FIELD_OF (VMA_FLAGS, vma), index);
  static const struct { uint64_t bit; const char *name; const char *meaning;
  } chips[] = {
    { PWK_VM_READ, "VM_READ", N_("reading is allowed") },
    { PWK_VM_WRITE, "VM_WRITE", N_("writing is allowed") },
    { PWK_VM_EXEC, "VM_EXEC", N_("executing is allowed") },
    { PWK_VM_SHARED, "VM_SHARED", N_("writes reach all who map it") },
    { PWK_VM_GROWSDOWN, "VM_GROWSDOWN", N_("a stack: it grows down by itself") },
    { PWK_VM_LOCKED, "VM_LOCKED", N_("its pages stay in memory") },
  };

  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_flags", "vm_flags_t", _("rights and kind"), "%s",
                        pwk_inspect_text (inspection, pwk_words_vm_flags (vma->vm_flags))),
               0, changed);
  inspection->depth++;
  for (size_t i = 0; i < G_N_ELEMENTS (chips); i++)
    pwk_row_set (pwk_row (inspection, PWK_SEED, chips[i].name, "bit", _(chips[i].meaning), "%d",
                          (vma->vm_flags & chips[i].bit) != 0),
                 0, changed);
  inspection->depth--;
  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_page_prot", "pgprot_t",
                        _("bits that its page-table entries get"), "0x%llx",
                        PWK_N (vma->vm_page_prot)),
               0, changed);
}

static void
add_vma_file (PwkInspection *inspection, const PwkVma *vma)
{
  static const char *const ops[] = {
    [PWK_VM_OPS_NONE] = "NULL",
    [PWK_VM_OPS_FILE] = "generic_file_vm_ops",
    [PWK_VM_OPS_SHMEM] = "shmem_vm_ops",
    [PWK_VM_OPS_SPECIAL] = "special_mapping_vmops",
  };
  PwkIndex inode = vma->vm_file != 0 ? pwk_file (inspection->machine, vma->vm_file)->inode : 0;
  const char *name =
      inode != 0 ? pwk_string (inspection->machine, pwk_inode (inspection->machine, inode)->name)
                 : "NULL";
  uint64_t link = inode != 0 ? PWK_ID (PWK_THING_FILE, inode) : 0;

  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_file", "struct file *",
                        _("the file behind it; NULL: anonymous memory"), "%s", name),
               link, false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "vm_inode", "struct inode *",
                        _("old name; today vm_file->f_inode"), "%s", name),
               link, false);
  pwk_row (inspection, PWK_SEED, "vm_pgoff", "unsigned long",
           _("where in the file it begins, in pages"), "%llu", PWK_N (vma->vm_pgoff));
  pwk_row (inspection, PWK_SEED, "vm_offset", "unsigned long", _("old name: the same in bytes"),
           "%llu", PWK_N (vma->vm_pgoff << PWK_PAGE_SHIFT));
  pwk_row (inspection, PWK_SEED, "vm_ops", "const struct vm_operations_struct *",
           _("open, close, fault of what is behind it"), "%s",
           ops[MIN (vma->vm_ops, PWK_VM_OPS_SPECIAL)]);
  pwk_row (inspection, PWK_NEWER, "anon_vma", "struct anon_vma *",
           _("who may map its anonymous pages"), vma->anon_vma != 0 ? "anon_vma %u" : "NULL",
           vma->anon_vma);
}

static PwkIndex
find_region (const PwkInspection *inspection, PwkVaddr start)
{
  PwkIndex task = pwk_inspect_task (inspection);
  PwkIndex mm = task != 0 ? pwk_task (inspection->machine, task)->mm : 0;
  PwkIndex vma = mm != 0 ? pwk_find_vma (inspection->machine, mm, start) : 0;

  return vma != 0 && pwk_vma (inspection->machine, vma)->vm_start <= start ? vma : 0;
}

bool
pwk_inspect_vma (PwkInspection *inspection, PwkVaddr start)
{
  PwkIndex index = find_region (inspection, start);
  const PwkVma *vma;
  g_autofree char *title = NULL;
  char perms[5];

  if (index == 0)
    return false;
  vma = pwk_vma (inspection->machine, index);
  title = pwk_words_vma (inspection->machine, vma);
  pwk_words_perms (vma->vm_flags, perms);
  pwk_inspect_head (inspection, "struct vm_area_struct", MM_TYPES_H,
                    vma->assumed ? g_strdup_printf (_("%s %s, assumed"), title, perms)
                                 : g_strdup_printf ("%s %s", title, perms));
  add_vma_place (inspection, index, vma);
  add_vma_rights (inspection, index, vma);
  add_vma_file (inspection, vma);
  add_vma_residency (inspection, index);
  pwk_inspect_note (inspection, _("The list vm_next, vm_prev and the tree vm_rb gave way to the "
                                  "maple tree in Linux 6.1."));
  pwk_inspect_note (inspection, _("vm_offset and vm_inode are very old names; today vm_pgoff and "
                                  "vm_file."));
  pwk_inspect_rules (inspection, PWK_ABOUT_VMA);
  return true;
}

bool
pwk_inspect_gap (PwkInspection *inspection, PwkVaddr start)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex task = pwk_inspect_task (inspection);
  PwkIndex mm = task != 0 ? pwk_task (machine, task)->mm : 0;
  PwkIndex next;
  PwkVaddr end;

  if (mm == 0)
    return false;
  next = pwk_find_vma (machine, mm, start);
  end = next != 0 ? pwk_vma (machine, next)->vm_start : pwk_mm (machine, mm)->task_size;
  if (end <= start)
    return false;

  pwk_inspect_head (inspection, C_("inspector", "Gap"), NULL, pwk_format_bytes (end - start));
  pwk_row (inspection, PWK_NEWER, "start", "unsigned long", _("its first address"), "%s",
           pwk_text_address (inspection, start));
  pwk_row (inspection, PWK_NEWER, "end", "unsigned long", _("the first address behind it"), "%s",
           pwk_text_address (inspection, end));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "find_vma ()", "struct vm_area_struct *",
                        _("the region above"), "%s", vma_word (inspection, next)),
               vma_link (inspection, next), false);
  pwk_row (inspection, PWK_NEWER, "mmap_base", "unsigned long",
           _("gaps are looked for from here downwards"), "%s",
           pwk_text_address (inspection, pwk_mm (machine, mm)->mmap_base));
  return true;
}

/* --- address spaces --- */

/* Whether anything that moves counters of an address space is among the observed events. */
static bool
regions_changed (const PwkInspection *inspection)
{
  for (uint32_t i = 0; i < inspection->observation->n_events; i++)
    {
      uint32_t kind = inspection->observation->events[i].kind;

      if ((kind >= PWK_EV_VMA_ADD && kind <= PWK_EV_VMA_SPLIT) || kind == PWK_EV_VMA_ADJUST ||
          kind == PWK_EV_EXPAND_STACK || kind == PWK_EV_BRK)
        return true;
    }

  return false;
}

static bool
pages_changed (const PwkInspection *inspection)
{
  for (uint32_t i = 0; i < inspection->observation->n_events; i++)
    {
      uint32_t kind = inspection->observation->events[i].kind;

      if (kind == PWK_EV_RMAP_ADD || kind == PWK_EV_RMAP_REMOVE || kind == PWK_EV_ZAP)
        return true;
    }

  return false;
}

static void
add_mm_index (PwkInspection *inspection, const PwkMm *mm, PwkIndex index)
{
  bool changed = regions_changed (inspection);

  pwk_row_set (pwk_row (inspection, PWK_SEED, "mmap", "struct vm_area_struct *",
                        _("the first region of the list"), "%s", vma_word (inspection, mm->mmap)),
               vma_link (inspection, mm->mmap), changed);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "mm_rb", "struct rb_root", _("the root of the tree"),
                        "%s", vma_word (inspection, mm->mm_rb)),
               vma_link (inspection, mm->mm_rb), changed);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "map_count", "int", _("regions"), "%u",
                        mm->map_count),
               0, changed);
  pwk_row (inspection, PWK_SEED, "mm_users", "atomic_t",
           _("tasks that use it (the document's count)"), "%d", mm->mm_users);
  pwk_row (inspection, PWK_SEED, "mm_count", "atomic_t", _("references to the record itself"), "%d",
           mm->mm_count);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "pgd", "pgd_t *", _("the top page table"), "pfn %llu",
                        PWK_N (mm->pgd)),
               PWK_ID_TABLE (mm->pgd, PWK_LEVEL_PGD),
               pwk_happened (inspection, PWK_FIELD_OF (MM_ALLOC, mm), index));
  pwk_row (inspection, PWK_SEED, "context", "mm_context_t", _("its number for TLB tags"), "%llu",
           PWK_N (mm->context));
}

static void
add_mm_marks (PwkInspection *inspection, const PwkMm *mm)
{
  const struct { const char *name, *meaning; PwkVaddr value; bool seed; } marks[] = {
    { "task_size", _("end of user addresses"), mm->task_size, true },
    { "mmap_base", _("new mappings go below"), mm->mmap_base, false },
    { "start_code", _("the program's code"), mm->start_code, true },
    { "end_code", _("… its end"), mm->end_code, true },
    { "start_data", _("the program's data"), mm->start_data, true },
    { "end_data", _("… its end"), mm->end_data, true },
    { "start_brk", _("the heap"), mm->start_brk, true },
    { "brk", _("… its end, moved by brk ()"), mm->brk, true },
    { "start_stack", _("where the stack began"), mm->start_stack, true },
  };
  bool moved = regions_changed (inspection);

  for (size_t i = 0; i < G_N_ELEMENTS (marks); i++)
    pwk_row_set (pwk_row (inspection, marks[i].seed, marks[i].name, "unsigned long",
                          marks[i].meaning, "%s", pwk_text_address (inspection, marks[i].value)),
                 PWK_ID_ADDRESS (marks[i].value), moved && g_str_equal (marks[i].name, "brk"));
}

static void
add_mm_counts (PwkInspection *inspection, const PwkMm *mm)
{
  static const char *const rss[PWK_NR_MM_COUNTERS] = {
    "rss_stat[MM_FILEPAGES]", "rss_stat[MM_ANONPAGES]", "rss_stat[MM_SWAPENTS]",
    "rss_stat[MM_SHMEMPAGES]"
  };
  const struct { const char *name, *meaning; uint64_t value; bool seed; } counts[] = {
    { "total_vm", _("pages of all regions"), mm->total_vm, true },
    { "locked_vm", _("pages that cannot be swapped out"), mm->locked_vm, true },
    { "data_vm", _("private and writable"), mm->data_vm, false },
    { "exec_vm", _("executable, not writable"), mm->exec_vm, false },
    { "stack_vm", _("that grow down"), mm->stack_vm, false },
    { "hiwater_rss", _("most that ever were in memory"), mm->hiwater_rss, false },
    { "hiwater_vm", _("most that ever were mapped"), mm->hiwater_vm, false },
  };
  bool regions = regions_changed (inspection);

  for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
    pwk_row_set (pwk_row (inspection, counts[i].seed, counts[i].name, "unsigned long",
                          counts[i].meaning, "%s", pwk_text_pages (inspection, counts[i].value)),
                 0, regions && i < 5 && (counts[i].value != 0 || i == 0));
  for (unsigned i = 0; i < PWK_NR_MM_COUNTERS; i++)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, rss[i], "long", _("pages in memory, by kind"),
                          "%lld", (long long) mm->rss_stat[i]),
                 0, i != PWK_MM_SWAPENTS && mm->rss_stat[i] != 0 && pages_changed (inspection));
  pwk_row (inspection, PWK_NEWER, "pgtables_bytes", "atomic_long_t", _("page tables"), "%s",
           pwk_inspect_text (inspection, pwk_format_bytes (mm->pgtables_bytes)));
}

bool
pwk_inspect_mm (PwkInspection *inspection, int64_t pid)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex task = pwk_task_by_pid (machine, pid);
  PwkIndex index = task != 0 ? pwk_task (machine, task)->mm : 0;

  if (index == 0)
    return false;
  pwk_inspect_head (inspection, "struct mm_struct", MM_TYPES_H, pwk_words_task (machine, task));
  add_mm_index (inspection, pwk_mm (machine, index), index);
  add_mm_marks (inspection, pwk_mm (machine, index));
  add_mm_counts (inspection, pwk_mm (machine, index));
  pwk_inspect_note (inspection, _("mm->count is two counters today: mm_users for tasks, mm_count "
                                  "for the record."));
  pwk_inspect_note (inspection, _("mmap and mm_rb gave way to the maple tree mm_mt in Linux 6.1."));
  pwk_inspect_rules (inspection, PWK_ABOUT_MM);
  return true;
}

static const char *
status_word (unsigned status)
{
  switch (status)
    {
    case PWK_TASK_DEAD:
      return C_("process", "dead");
    case PWK_TASK_VFORK_WAIT:
      return C_("process", "waits for its vfork child");
    case PWK_TASK_RUNNING:
    default:
      return C_("process", "alive");
    }
}

static void
add_limit (PwkInspection *inspection,
           const PwkTask *task,
           const char *name,
           unsigned which,
           const char *meaning)
{
  if (task->rlim_cur[which] == PWK_RLIM_INFINITY)
    pwk_row (inspection, PWK_NEWER, name, "struct rlimit", meaning, "%s", C_("limit", "none"));
  else
    pwk_row (inspection, PWK_NEWER, name, "struct rlimit", meaning, "%s",
             pwk_inspect_text (inspection, pwk_format_bytes (task->rlim_cur[which])));
}

bool
pwk_inspect_process (PwkInspection *inspection, int64_t pid)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex index = pwk_task_by_pid (machine, pid);
  const PwkTask *task;
  bool faulted;

  if (index == 0)
    return false;
  task = pwk_task (machine, index);
  faulted = pwk_happened (inspection, PWK_FIELD_OF (PAGE_FAULT_USER, task), index);
  pwk_inspect_head (inspection, "struct task_struct", "include/linux/sched.h",
                    pwk_words_task (machine, index));
  pwk_row (inspection, PWK_NEWER, "comm", "char[16]", _("its program"), "%s",
           pwk_string (machine, task->comm));
  pwk_row (inspection, PWK_NEWER, "pid", "pid_t", _("its number"), "%d", task->pid);
  pwk_row (inspection, PWK_NEWER, "tgid", "pid_t",
           _("number of the process that it is a thread of"), "%d", task->tgid);
  pwk_row (inspection, PWK_NEWER, "__state", "unsigned int", NULL, "%s",
           status_word (task->status));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "mm", "struct mm_struct *", _("its address space"),
                        task->mm != 0 ? "mm %u" : "NULL", task->mm),
               task->mm != 0 ? PWK_ID (PWK_THING_MM, task->pid) : 0, false);
  if (task->parent != 0)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "parent", "struct task_struct *", _("who made it"),
                          "%d", pwk_task (machine, task->parent)->pid),
                 PWK_ID (PWK_THING_PROCESS, pwk_task (machine, task->parent)->pid), false);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "cpu", "int", _("where it runs"), "%u", task->cpu),
               PWK_ID (PWK_THING_CPU, task->cpu), false);
  pwk_row (inspection, PWK_NEWER, "cpus_mask", "cpumask_t", _("CPUs that its cpuset gives it"),
           "0x%llx", PWK_N (pwk_cpuset_cpus (machine, index)));
  pwk_row (inspection, PWK_NEWER, "mems_allowed", "nodemask_t",
           _("nodes that its cpuset gives it"), "0x%x", pwk_cpuset_mems (machine, index));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "min_flt", "unsigned long",
                        _("page faults without a disk"), "%llu", PWK_N (task->min_flt)),
               0, faulted);
  pwk_row (inspection, PWK_NEWER, "maj_flt", "unsigned long",
           _("page faults that waited for the disk"), "%llu", PWK_N (task->maj_flt));
  pwk_row (inspection, PWK_NEWER, "oom_score_adj", "short", _("how gladly the OOM killer takes it"),
           "%d", task->oom_score_adj);
  add_limit (inspection, task, "rlim[RLIMIT_STACK]", PWK_RLIMIT_STACK,
             _("how far the stack may grow"));
  add_limit (inspection, task, "rlim[RLIMIT_MEMLOCK]", PWK_RLIMIT_MEMLOCK,
             _("how much it may lock"));
  add_limit (inspection, task, "rlim[RLIMIT_AS]", PWK_RLIMIT_AS,
             _("how large its address space may be"));
  add_limit (inspection, task, "rlim[RLIMIT_DATA]", PWK_RLIMIT_DATA,
             _("how much private memory it may map"));
  return true;
}

/* --- files --- */

bool
pwk_inspect_file (PwkInspection *inspection, PwkIndex index)
{
  const PwkMachine *machine = inspection->machine;
  const PwkInode *inode;
  unsigned mappings = 0;
  bool cached;

  if (index == 0 || index >= machine->st->pools[PWK_POOL_INODE].next)
    return false;
  inode = pwk_inode (machine, index);
  if (inode->refcount <= 0 && inode->nrpages == 0 && inode->name == 0)
    return false;

  cached = pwk_happened (inspection, PWK_FIELD_OF (PAGE_CACHE_ADD, inode), index) ||
           pwk_happened (inspection, PWK_FIELD_OF (PAGE_CACHE_DELETE, inode), index);
  for (PwkIndex vma = inode->i_mmap_first; vma != 0 && mappings < 65536;
       vma = pwk_vma (machine, vma)->i_mmap_next)
    mappings++;
  pwk_inspect_head (inspection, "struct inode", "include/linux/fs.h",
                    g_strdup (pwk_string (machine, inode->name)));
  pwk_row (inspection, PWK_SEED, "i_ino", "unsigned long", _("its number on the device"),
           "%llu (%02x:%02x)", PWK_N (inode->ino), inode->dev_major, inode->dev_minor);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "i_size", "loff_t", _("its length"), "%s",
                        pwk_inspect_text (inspection, pwk_format_bytes (inode->i_size))),
               0, pwk_happened (inspection, PWK_FIELD_OF (TRUNCATE, inode), index));
  pwk_row (inspection, PWK_NEWER, "i_count", "atomic_t", _("who holds it: open files, mappings"),
           "%d", inode->refcount);
  pwk_row (inspection, PWK_NEWER, "i_nlink", "unsigned int", _("names it has"), "%u", inode->nlink);
  pwk_row_begin (inspection, "i_data", "struct address_space", _("its pages in memory"));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "nrpages", "unsigned long",
                        _("pages in the page cache"), "%s",
                        pwk_text_pages (inspection, inode->nrpages)),
               0, cached);
  pwk_row (inspection, PWK_NEWER, "i_pages", "struct xarray",
           _("the index from page number to frame"), _("height %u"), inode->i_pages_height);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "i_mmap", "struct rb_root_cached",
                        _("regions that map it"), "%u", mappings),
               vma_link (inspection, inode->i_mmap_first), false);
  pwk_row (inspection, PWK_NEWER, "host", "struct inode *", _("whose pages they are"), "%s",
           pwk_string (machine, inode->name));
  pwk_row_end (inspection);
  for (PwkIndex file = 1, shown = 0; file < machine->st->pools[PWK_POOL_FILE].next && shown < 4;
       file++)
    if (pwk_file (machine, file)->inode == index && pwk_file (machine, file)->refcount > 0)
      {
        const PwkFile *open = pwk_file (machine, file);

        pwk_row (inspection, PWK_SEED, "struct file", "struct file",
                 _("one open (): position, references"), "f_pos %llu, f_count %d, flags 0%o",
                 PWK_N (open->f_pos), open->refcount, open->f_flags);
        shown++;
      }
  pwk_inspect_rules (inspection, PWK_ABOUT_INODE);
  return true;
}

/* --- addresses --- */

static void
add_walk (PwkInspection *inspection, const PwkWalk *walk)
{
  for (unsigned i = 0; i < walk->n_steps; i++)
    {
      const PwkWalkStep *step = &walk->steps[i];
      const char *name = pwk_level_name (pwk_level_told (inspection->machine, step->level));

      pwk_row_set (
          pwk_row (inspection, PWK_SEED,
                   pwk_inspect_text (inspection, g_strdup_printf ("%s[%u]", name, step->index)),
                   pwk_inspect_text (inspection, g_strdup_printf ("%s_t", name)),
                   _("read on the way"), "%s",
                   pwk_inspect_text (inspection, pwk_words_pte (inspection->machine->format,
                                                                step->bits, step->level))),
          PWK_ID_ENTRY (step->table, step->index),
          pwk_happened_two (inspection, PWK_FIELD_OF (SET_PTE, table), step->table,
                            PWK_AT_SET_PTE_index, step->index));
    }
}

bool
pwk_inspect_address (PwkInspection *inspection, PwkVaddr addr)
{
  const PwkMachine *machine = inspection->machine;
  PwkIndex task = pwk_inspect_task (inspection);
  PwkIndex mm = task != 0 ? pwk_task (machine, task)->mm : 0;
  unsigned cpu = task != 0 ? pwk_task (machine, task)->cpu : machine->st->cur_cpu;
  PwkIndex vma = mm != 0 ? pwk_find_vma (machine, mm, addr) : 0;
  PwkWalk walk;

  /* Translators: a virtual address. */
  pwk_inspect_head (inspection, C_("inspector", "Address"), NULL,
                    pwk_format_address (&inspection->view, addr));
  if (vma != 0 && pwk_vma (machine, vma)->vm_start <= addr)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "find_vma ()", "struct vm_area_struct *",
                          _("the region it is in"), "%s",
                          pwk_inspect_text (inspection,
                                            pwk_words_vma (machine, pwk_vma (machine, vma)))),
                 vma_link (inspection, vma), false);
  else
    pwk_row (inspection, PWK_NEWER, "find_vma ()", "struct vm_area_struct *",
             _("the region it is in"), "%s", C_("region", "none"));

  pwk_mmu_probe (machine, cpu, mm, addr, PWK_ACCESS_LOAD,
                 mm != 0 && addr < pwk_mm (machine, mm)->task_size, &walk);
  if (!walk.canonical)
    {
      pwk_row (inspection, PWK_NEWER, "canonical", "bool", _("its upper bits must all be equal"),
               "%s", _("no: a general protection fault"));
      return true;
    }
  add_walk (inspection, &walk);
  if (walk.ok)
    pwk_row_set (pwk_row (inspection, PWK_SEED, "physical", "phys_addr_t",
                          _("frame × 4096 + offset"), "%s, pfn %llu",
                          pwk_text_address (inspection, walk.phys),
                          PWK_N (walk.phys >> PWK_PAGE_SHIFT)),
                 PWK_ID (PWK_THING_PFN, walk.phys >> PWK_PAGE_SHIFT), false);
  else
    pwk_row (inspection, PWK_SEED, "physical", "phys_addr_t", _("a load would end in a page fault"),
             "%s", pwk_inspect_text (inspection, pwk_words_error (walk.error)));
  if (walk.tlb_level > 0)
    pwk_row_set (pwk_row (inspection, PWK_SEED, "TLB", "way", _("where the CPU has it already"),
                          "%s [%u][%u]", pwk_words_tlb (walk.tlb), walk.set, walk.way),
                 PWK_ID_TLB_WAY (cpu, walk.tlb, walk.set, walk.way), false);
  else
    pwk_row (inspection, PWK_SEED, "TLB", "way", _("where the CPU has it already"), "%s",
             C_("tlb", "nowhere"));
  return true;
}
