/* layout.c - what an address space looks like when its program starts
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a text as /proc/PID/maps has it (details of smaps between the lines are passed over), or for
 * a small program that is made up the same way. A line at a time becomes a region:
 *
 *      7f12c0400000-7f12c0600000 rw-p 00001000 08:01 100   /usr/lib/libc.so.6
 *      │ range                   │rights│ offset │device│inode│ name: decides what it is
 *
 *      /…, or an inode      a file; the first one is the program, whose data the heap follows
 *      [heap] [stack]       anonymous; the end of brk (), grows down
 *      [anon:…]             anonymous with a name
 *      [vdso] [vvar…]       special: no struct pages
 *      [vsyscall]           no region at all
 *
 * Errors name line and column of the text. */
#include "engine/core/string.h"
#include "engine/paging/mm.h"
#include "engine/virt/files.h"
#include "engine/virt/given-pages.h"
#include "engine/virt/process-private.h"

#include <inttypes.h>
#include <string.h>

#define ANON       "[anon:"
#define ANON_SHMEM "[anon_shmem:"

#define MAY_ALL (PWK_VM_MAYREAD | PWK_VM_MAYWRITE | PWK_VM_MAYEXEC)

/* A line of /proc/PID/maps. */
typedef struct
{
  PwkVaddr start, end;
  char     perms[5];
  uint64_t offset;
  unsigned dev_major, dev_minor;
  uint64_t ino;
  char     path[256];         /* "" if nameless */
} MapsLine;

/* What the lines so far have told. Segments of one program follow each other and share an open
 * file; heap, code and data are known at the end. */
typedef struct
{
  PwkMachine *machine;
  PwkIndex    task, mm;
  const char *pages;          /* of process (pages=), or NULL */
  unsigned    line;
  PwkIndex    file;           /* of the line before, for the segments of one program */
  char        path[256];
  PwkVaddr    heap_start, heap_end, program_end, highest;
  bool        has_code, has_data, has_stack;
} Layout;

/* False, with the place and what was expected there. */
static bool
fail (const Layout *layout, unsigned column, GError **error, const char *what)
{
  g_set_error (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_LAYOUT, "maps, line %u, column %u: %s", layout->line, column, what);
  return false;
}

/* The text may be right, and the machine too small for it; callers tell the two apart by the code. */
static bool
fail_for_memory (const Layout *layout, GError **error, const char *what)
{
  g_set_error (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_MEMORY, "maps, line %u, column 1: not enough memory for the %s", layout->line, what);
  return false;
}

/* A hexadecimal (@base 16) or decimal number; false if there is none. No sign, no blanks in front:
 * strtoull () alone would take them. */
static bool
scan (const char **at, unsigned base, uint64_t *value)
{
  char *end;

  if (!(base == 16 ? g_ascii_isxdigit (**at) : g_ascii_isdigit (**at)))
    return false;
  *value = g_ascii_strtoull (*at, &end, base);
  *at = end;
  return true;
}

/* That character, and nothing else. */
static bool
expect (const char **at, char c)
{
  if (**at != c)
    return false;
  (*at)++;
  return true;
}

/* Four letters, each of which may be two: "rwxp" to "---s". */
static bool
scan_perms (const char **at, char perms[5])
{
  static const char *const allowed[4] = { "r-", "w-", "x-", "ps" };

  for (unsigned i = 0; i < 4; i++)
    {
      if (!**at || !strchr (allowed[i], **at))
        return false;
      perms[i] = *(*at)++;
    }
  perms[4] = '\0';
  return true;
}

/* Between columns. */
static void
skip_blanks (const char **at)
{
  while (**at == ' ' || **at == '\t')
    (*at)++;
}

/* One line, taken apart; nothing is made of it yet. */
static bool
parse_line (const Layout *layout, const char *text, size_t length, MapsLine *out, GError **error)
{
  char buffer[512];
  const char *at = buffer;
  uint64_t major, minor;

  if (length >= sizeof buffer)
    return fail (layout, 1, error, "the line is too long");
  memcpy (buffer, text, length);
  buffer[length] = '\0';
  memset (out, 0, sizeof *out);
#define COLUMN ((unsigned) (at - buffer) + 1)
  skip_blanks (&at);
  if (!scan (&at, 16, &out->start) || !expect (&at, '-') || !scan (&at, 16, &out->end))
    return fail (layout, COLUMN, error, "expected a range of addresses, as 00400000-00401000");
  skip_blanks (&at);
  if (!scan_perms (&at, out->perms))
    return fail (layout, COLUMN, error, "expected rights, as r-xp");
  skip_blanks (&at);
  if (!scan (&at, 16, &out->offset))
    return fail (layout, COLUMN, error, "expected the offset in the file, in hexadecimal");
  skip_blanks (&at);
  if (!scan (&at, 16, &major) || !expect (&at, ':') || !scan (&at, 16, &minor))
    return fail (layout, COLUMN, error, "expected a device, as 08:01");
  skip_blanks (&at);
  if (!scan (&at, 10, &out->ino))
    return fail (layout, COLUMN, error, "expected an inode number");
  skip_blanks (&at);
#undef COLUMN
  out->dev_major = (unsigned) major;
  out->dev_minor = (unsigned) minor;
  g_strlcpy (out->path, at, sizeof out->path);
  g_strchomp (out->path);
  if ((out->start | out->end | out->offset) & ~PWK_PAGE_MASK)
    return fail (layout, 1, error, "addresses and offset must be multiples of 4096");
  if (out->start >= out->end)
    return fail (layout, 1, error, "the range is empty");
  return true;
}

/* Whether page tables of five levels would reach. */
static bool
machine_could_have (const Layout *layout, const MapsLine *line)
{
  return layout->machine->config->levels == 4 && line->end <= layout->machine->profile->task_size_la57;
}

/* What can only be said on a machine: whether there is room for it. Where five levels of tables
 * would have the range, the message says so. */
static bool
check_line (const Layout *layout, const MapsLine *line, GError **error)
{
  const PwkMm *m = pwk_mm (layout->machine, layout->mm);

  if (line->end > m->task_size)
    return fail (layout, 1, error, machine_could_have (layout, line) ? "the range is outside of user space; machine(levels=5) has it"
                                                                     : "the range is outside of user space");
  if (pwk_find_vma_intersection (layout->machine, layout->mm, line->start, line->end))
    return fail (layout, 1, error, "the range overlaps another");
  return true;
}

/* vm_flags of the letters. A shared region has both bits here; file_fields () takes one back where
 * the file could not be written. */
static uint64_t
rights_of (const MapsLine *line)
{
  return (line->perms[0] == 'r' ? PWK_VM_READ : 0) | (line->perms[1] == 'w' ? PWK_VM_WRITE : 0)
         | (line->perms[2] == 'x' ? PWK_VM_EXEC : 0) | (line->perms[3] == 's' ? PWK_VM_SHARED | PWK_VM_MAYSHARE : 0);
}

/* Follows arch/x86/entry/vdso/vma.c:map_vdso(), of what the vdso's mappings are made with. */
static void
special_fields (PwkVma *fields, const MapsLine *line)
{
  fields->vm_ops = PWK_VM_OPS_SPECIAL;
  if (strncmp (line->path, "[vvar", 5) == 0)
    fields->vm_flags = rights_of (line) | PWK_VM_MAYREAD | PWK_VM_IO | PWK_VM_DONTDUMP | PWK_VM_PFNMAP | PWK_VM_DONTEXPAND;
  else
    fields->vm_flags = rights_of (line) | MAY_ALL | PWK_VM_DONTEXPAND;
}

/* The open file that a line maps: that of the line before if it is the same program. 0: no memory. */
static PwkIndex
file_of_line (Layout *layout, const MapsLine *line)
{
  PwkMachine *machine = layout->machine;
  uint64_t size = line->offset + (line->end - line->start);
  PwkIndex file;

  if (line->dev_major == 0 && line->perms[3] == 's' && g_str_has_prefix (line->path, "/dev/zero"))
    {
      file = layout->pages ? pwk_given_shared_file (machine, layout->pages, line->start, line->end) : 0;
      if (file)
        {
          pwk_file_get (machine, file);
          return file;
        }
      file = pwk_shmem_zero_file (machine, line->end - line->start);
      if (file && pwk_vm_enough_memory (machine, layout->mm, (int64_t) ((line->end - line->start) >> PWK_PAGE_SHIFT)) == 0)
        pwk_inode_edit (machine, pwk_file (machine, file)->inode)->acct_pages = (line->end - line->start) >> PWK_PAGE_SHIFT;
      return file;
    }
  if (layout->file && strcmp (layout->path, line->path) == 0 && line->perms[3] == 'p')
    {
      PwkInode *inode = pwk_inode_edit (machine, pwk_file (machine, layout->file)->inode);

      inode->i_size = MAX (inode->i_size, size);
      pwk_file_get (machine, layout->file);
      return layout->file;
    }
  file = pwk_file_for_mapping (machine, line->path, line->dev_major, line->dev_minor, line->ino, size, false);
  if (file && line->perms[3] == 's' && line->perms[1] == 'w')
    pwk_file_edit (machine, file)->f_flags = PWK_O_RDWR;
  layout->file = file;
  g_strlcpy (layout->path, line->path, sizeof layout->path);
  return file;
}

/* Fields of a region that maps a file. A shared mapping of a file opened for reading is private but
 * for VM_MAYSHARE, as in do_mmap (). Its inode grows to what is mapped, since a maps line tells no
 * size. */
static bool
file_fields (Layout *layout, PwkVma *fields, const MapsLine *line, GError **error)
{
  PwkMachine *machine = layout->machine;

  fields->vm_file = file_of_line (layout, line);
  if (!fields->vm_file)
    return fail_for_memory (layout, error, "file");
  fields->vm_ops = pwk_inode (machine, pwk_file (machine, fields->vm_file)->inode)->kind == PWK_INODE_SHMEM ? PWK_VM_OPS_SHMEM
                                                                                                          : PWK_VM_OPS_FILE;
  fields->vm_pgoff = line->offset >> PWK_PAGE_SHIFT;
  fields->vm_flags = rights_of (line) | MAY_ALL;
  if (line->perms[3] == 's' && fields->vm_ops == PWK_VM_OPS_FILE
      && (pwk_file (machine, fields->vm_file)->f_flags & PWK_O_ACCMODE) == 0)
    fields->vm_flags &= ~(PWK_VM_SHARED | PWK_VM_MAYWRITE);
  return true;
}

/* Nameless memory that has been given a name (PR_SET_VMA_ANON_NAME). What is shared has a file that
 * nobody sees. */
static bool
named_fields (Layout *layout, PwkVma *fields, const MapsLine *line, GError **error)
{
  PwkMachine *machine = layout->machine;

  if (!pwk_string_fits (machine, line->path))
    return fail_for_memory (layout, error, "name");
  fields->name = pwk_string_intern (machine, line->path);
  fields->vm_flags = rights_of (line) | MAY_ALL;
  if (!g_str_has_prefix (line->path, ANON_SHMEM))
    return true;
  fields->vm_file = pwk_shmem_zero_file (machine, line->end - line->start);
  if (!fields->vm_file)
    return fail_for_memory (layout, error, "file");
  pwk_inode_edit (machine, pwk_file (machine, fields->vm_file)->inode)->ino = line->ino;
  fields->vm_ops = PWK_VM_OPS_SHMEM;
  return true;
}

/* Code and data of the program itself: the first file of the layout. All its segments count, and
 * /proc/PID/exe and comm are its name. */
static void
note_program (Layout *layout, const MapsLine *line)
{
  PwkMachine *machine = layout->machine;
  PwkMm *m = pwk_mm_edit (machine, layout->mm);

  if (!m->exe_name)
    {
      const char *base = strrchr (line->path, '/');

      m->exe_name = pwk_string_intern (machine, line->path);
      pwk_task_edit (machine, layout->task)->comm = pwk_string_intern (machine, base ? base + 1 : line->path);
    }
  if (strcmp (pwk_string (machine, m->exe_name), line->path) != 0)
    return;
  layout->program_end = line->end;
  if (line->perms[2] == 'x' && !layout->has_code)
    {
      layout->has_code = true;
      m->start_code = line->start;
      m->end_code = line->end;
    }
  if (line->perms[1] == 'w')
    {
      if (!layout->has_data)
        m->start_data = line->start;
      layout->has_data = true;
      m->end_data = line->end;
    }
}

/* A line becomes a region, as it was on the machine that it is from: neither merged with its
 * neighbours nor asked whether it may be. The first file is the program. Rights of a private
 * mapping of a file are taken as they are; that they may be changed (VM_MAY*) is assumed, as the
 * descriptor is not known any more. */
static bool
add_line (Layout *layout, const MapsLine *line, GError **error)
{
  PwkMachine *machine = layout->machine;
  PwkMm *m = pwk_mm_edit (machine, layout->mm);
  PwkVma fields = { .vm_start = line->start, .vm_end = line->end };
  PwkIndex vma;

  if (strcmp (line->path, "[vsyscall]") == 0)
    {
      m->flags |= PWK_MMF_VSYSCALL;     /* a gate of the kernel's, and no region */
      return true;
    }
  if (!check_line (layout, line, error))
    return false;
  if (line->path[0] == '/' || (line->ino && line->path[0] != '['))
    {
      if (!file_fields (layout, &fields, line, error))
        return false;
      note_program (layout, line);
    }
  else if (g_str_has_prefix (line->path, ANON) || g_str_has_prefix (line->path, ANON_SHMEM))
    {
      if (!named_fields (layout, &fields, line, error))
        return false;
    }
  else if (strncmp (line->path, "[v", 2) == 0 || strncmp (line->path, "[uprobes", 8) == 0)
    {
      special_fields (&fields, line);
      fields.name = pwk_string_intern (machine, line->path);
    }
  else
    fields.vm_flags = rights_of (line) | MAY_ALL;

  if (strcmp (line->path, "[stack]") == 0)
    {
      fields.vm_flags |= PWK_VM_GROWSDOWN;
      m->start_stack = line->end - 0x9f0;
      layout->has_stack = true;
    }
  else
    layout->highest = MAX (layout->highest, line->end);
  if (strcmp (line->path, "[heap]") == 0)
    {
      if (!layout->heap_end)
        layout->heap_start = line->start;
      layout->heap_end = line->end;
    }
  if (pwk_accountable_mapping (fields.vm_flags))
    fields.vm_flags |= PWK_VM_ACCOUNT;
  vma = pwk_vma_insert_new (machine, layout->mm, &fields);
  if (!vma)
    return fail_for_memory (layout, error, "region");
  /* execve () wrote the arguments there */
  if ((fields.vm_flags & PWK_VM_GROWSDOWN) && !pwk_anon_vma_prepare (machine, vma))
    return fail_for_memory (layout, error, "region");
  return true;
}

/* Heap and high-water marks, when all regions are there. Without a [heap] line the heap is empty
 * and begins behind the program's last segment. */
static bool
finish (Layout *layout, const PwkProcessSpec *spec, GError **error)
{
  PwkMachine *machine = layout->machine;
  PwkMm *m = pwk_mm_edit (machine, layout->mm);

  if (spec && spec->start_brk >= 0)
    m->start_brk = (PwkVaddr) spec->start_brk;
  else
    m->start_brk = layout->heap_end ? layout->heap_start : layout->program_end;
  m->brk = spec && spec->brk >= 0 ? (PwkVaddr) spec->brk : MAX (layout->heap_end, m->start_brk);
  if (m->brk < m->start_brk || m->brk > m->task_size)
    {
      g_set_error_literal (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_LAYOUT, "the heap ends before it begins, or outside of user space");
      return false;
    }
  m->hiwater_vm = m->total_vm;
  return true;
}

/* "Size:                  4 kB", "VmFlags: rd ex mr": what smaps tells of the region above, and
 * "..." where lines were left out. Such lines say nothing that the regions do not. */
static bool
is_detail (const char *text, size_t length)
{
  size_t word = 0;

  while (word < length && (g_ascii_isalnum (text[word]) || text[word] == '_'))
    word++;
  return (word > 0 && word < length && text[word] == ':' && g_ascii_isupper (text[0])) || (length >= 3 && strncmp (text, "...", 3) == 0);
}

/* Goes through the lines that are not blank; with @add they become regions, else they are only
 * looked at. */
static bool
read_lines (Layout *layout, const char *maps, bool add, GError **error)
{
  const char *at = maps;

  while (*at)
    {
      const char *newline = strchr (at, '\n');
      size_t length = newline ? (size_t) (newline - at) : strlen (at);
      const char *next = at + length + (newline ? 1 : 0);
      MapsLine line;

      layout->line++;
      if (length && at[length - 1] == '\r')
        length--;
      if (strspn (at, " \t") < length && !is_detail (at, length)
          && (!parse_line (layout, at, length, &line, error) || (add && !add_line (layout, &line, error))))
        return false;
      at = next;
    }
  return true;
}

/* Without a machine: overlaps and limits are not looked at. For import, which wants to know of a
 * text before there is a machine. */
bool
pwk_process_check_maps (const char *maps, GError **error)
{
  Layout layout = { 0 };

  return read_lines (&layout, maps, false, error);
}

/* A layout is a fact: how much may be promised on this machine is no question. */
static bool
add_lines (Layout *layout, const char *maps, GError **error)
{
  PwkSysctl *sysctl = &layout->machine->st->sysctl;
  int64_t overcommit = sysctl->overcommit_memory;
  bool good;

  sysctl->overcommit_memory = PWK_OVERCOMMIT_ALWAYS;
  good = read_lines (layout, maps, true, error);
  sysctl->overcommit_memory = overcommit;
  return good;
}

/* Regions first, then what follows from all of them. On failure what was made stays; the caller
 * gives the whole process up. */
bool
pwk_layout_parse (PwkMachine *machine, PwkIndex task, const char *maps, const PwkProcessSpec *spec, GError **error)
{
  Layout layout = { .machine = machine, .task = task, .mm = pwk_task (machine, task)->mm, .pages = spec ? spec->pages : NULL };

  pwk_assert_door (layout.mm != 0 && maps);
  if (!add_lines (&layout, maps, error))
    return false;
  /* with ASLR the area's top is not known: what was mapped first lies at it */
  if (machine->config->aslr && layout.has_stack && layout.highest && (pwk_mm (machine, layout.mm)->flags & PWK_MMF_TOPDOWN))
    pwk_mm_edit (machine, layout.mm)->mmap_base = layout.highest;
  return finish (&layout, spec, error);
}

/* The program that process () makes if nothing else is said: two segments, vdso, stack, and a heap
 * without pages; placed as exec would, randomly if the machine does so. */
bool
pwk_layout_default (PwkMachine *machine, PwkIndex task, const char *path, const PwkProcessSpec *spec, GError **error)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  const PwkMm *m = pwk_mm (machine, mm);
  PwkVaddr stack_top = machine->profile->task_size, vdso, heap = 0x407000;
  bool random = machine->config->aslr && !(pwk_task (machine, task)->personality & PWK_ADDR_NO_RANDOMIZE);
  PwkProcessSpec heap_spec = spec ? *spec : (PwkProcessSpec) { .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1, .uid = -1 };
  char text[1024];

  pwk_assert_door (mm != 0 && path);
  if (random)
    {
      stack_top -= (pwk_random (machine) & (stack_top >> 40 ? 0x3fffff : 0x7ff)) << PWK_PAGE_SHIFT;
      heap += (pwk_random (machine) & 0x1fff) << PWK_PAGE_SHIFT;
    }
  vdso = m->flags & PWK_MMF_TOPDOWN ? m->mmap_base - 0x8000 : m->mmap_base;
  g_snprintf (text, sizeof text,
              "00400000-00401000 r-xp 00000000 08:01 100 %s\n"
              "00401000-00407000 rw-p 00001000 08:01 100 %s\n"
              "%" PRIx64 "-%" PRIx64 " r--p 00000000 00:00 0 [vvar]\n"
              "%" PRIx64 "-%" PRIx64 " r--p 00000000 00:00 0 [vvar_vclock]\n"
              "%" PRIx64 "-%" PRIx64 " r-xp 00000000 00:00 0 [vdso]\n"
              "%" PRIx64 "-%" PRIx64 " rw-p 00000000 00:00 0 [stack]\n"
              "%s",
              path, path, vdso, vdso + 0x4000, vdso + 0x4000, vdso + 0x6000, vdso + 0x6000, vdso + 0x8000,
              stack_top - 0x21000, stack_top,
              stack_top >> 40 ? "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n" : "");
  if (heap_spec.start_brk < 0)
    heap_spec.start_brk = (int64_t) heap;
  if (heap_spec.brk < 0)
    heap_spec.brk = heap_spec.start_brk;
  return pwk_layout_parse (machine, task, text, &heap_spec, error);
}
