/* record-vma.c - makes recordings of random memory calls on this computer's kernel
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "record/draw.h"

#define EXT4_MAGIC 0xef53
#define NOBODY 65534

static gint64 option_seed = 1, option_cases = 1;
static int option_calls;
static char *option_kind, *option_into, *option_files;
static gboolean option_huge, option_cold, option_no_files;

static const GOptionEntry options[] = {
  { "seed", 's', 0, G_OPTION_ARG_INT64, &option_seed, "Seed of the first case (1)", "N" },
  { "cases", 'c', 0, G_OPTION_ARG_INT64, &option_cases, "How many cases; each has the next seed (1)", "N" },
  { "kind", 'k', 0, G_OPTION_ARG_STRING, &option_kind, "Kind of calls; without it all in turn", "KIND" },
  { "calls", 'n', 0, G_OPTION_ARG_INT, &option_calls, "Calls in a case; without it 6 to 60", "N" },
  { "huge", 0, 0, G_OPTION_ARG_NONE, &option_huge, "Huge pages in all cases, not in every tenth", NULL },
  { "cold", 0, 0, G_OPTION_ARG_NONE, &option_cold, "Every fifth file is not cached; needs a read-ahead of 128 KiB", NULL },
  { "no-files", 0, 0, G_OPTION_ARG_NONE, &option_no_files, "Without mapped files", NULL },
  { "files", 0, 0, G_OPTION_ARG_FILENAME, &option_files, "Folder on an ext4 file system for the files (/var/tmp)", "FOLDER" },
  { "into", 'o', 0, G_OPTION_ARG_FILENAME, &option_into, "Writes KIND-SEED.pwk into that folder, not to standard output", "FOLDER" },
  { NULL }
};

typedef struct { char *program, *files[2]; unsigned n_kinds; const char *mmap_min_addr; } Place;

static char *
read_setting (const char *path)
{
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : g_strdup ("");
}

/* A file of that size whose pages are in the page cache one by one, clean; or not there. */
static bool
make_file (const char *path, uint64_t size, bool cached)
{
  static char zeros[PAGE];
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool done = fd >= 0;

  for (uint64_t at = 0; done && at < size; at += PAGE)
    done = pwrite (fd, zeros, MIN (PAGE, size - at), (off_t) at) > 0;
  done = done && fsync (fd) == 0;
  if (done && !cached)
    posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  if (done && getuid () == 0)
    done = fchown (fd, NOBODY, NOBODY) == 0;
  if (fd >= 0)
    close (fd);
  return done;
}

/* A new file each time, since its pages' state must not depend on the case before. */
static int
open_file (Case *c, const Place *place, unsigned which, GString *text)
{
  bool cached = !(option_cold && which == 0 && rng_chance (&c->rng, 20)), read_only = rng_chance (&c->rng, 15);
  uint64_t size = which ? 12 * PAGE + rng_below (&c->rng, 26 * PAGE) : 600 + rng_below (&c->rng, 12 * PAGE);
  const char *path = place->files[which];

  if (rng_chance (&c->rng, 40))
    size = (size + PAGE - 1) & -PAGE;
  unlink (path);
  if (!make_file (path, size, cached))
    return -1;
  c->file_sizes[which] = size;
  c->names.files[which] = path;
  g_string_append_printf (text, "[A] open(\"/tmp/file-%c\", %s, size=%" PRIu64 ", cached=%" PRIu64 ", dev=\"08:01\", ino=%u) = f%u\n", 'a' + which,
                          read_only ? "O_RDONLY" : "O_RDWR", size, cached ? size : 0, 101 + which, which + 1);
  return open (path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
}

static bool
wants_files (Case *c, DrawKind kind)
{
  if (option_no_files)
    return false;
  if (kind == DRAW_FILES || kind == DRAW_ERRORS)
    return true;
  return (kind == DRAW_MREMAP || kind == DRAW_FORK || kind == DRAW_MADVISE || kind == DRAW_MIXED) && rng_chance (&c->rng, 33);
}

static void
draw_setup (Case *c, DrawKind kind, TraceeSetup *setup)
{
  static const uint64_t stacks[] = { 64ull << 20, 256ull << 20, RLIM_INFINITY, 1ull << 20 };
  static const uint64_t windows[] = {
    0x10000000, 0x40000000, 0x100000000, 0x555555600000, 0x7f0000000000, 0x7fffe0000000, 0x7ffff7000000, 0x200000000000,
  };

  *setup = (TraceeSetup) { .stack_limit = 8u << 20, .files = { -1, -1 } };
  if (rng_chance (&c->rng, kind == DRAW_MAP_UNMAP || kind == DRAW_MIXED ? 12 : 3))
    setup->stack_limit = stacks[rng_below (&c->rng, G_N_ELEMENTS (stacks))];
  else if (rng_chance (&c->rng, kind == DRAW_MAP_UNMAP || kind == DRAW_MIXED ? 8 : 3))
    setup->bottom_up = true;
  c->window = windows[rng_below (&c->rng, G_N_ELEMENTS (windows))];
  if (setup->stack_limit == RLIM_INFINITY && c->window >= 0x7fffe0000000)   /* the stack would grow that far, by more than Pagewalk's machine has */
    c->window = windows[0];
}

/* What is there before the first call: a heap, some nameless regions. */
static void
furnish (Case *c, DrawKind kind)
{
  static const int rights[] = { PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE, PROT_EXEC,
                                PROT_READ | PROT_EXEC, PROT_WRITE | PROT_EXEC, PROT_READ | PROT_WRITE | PROT_EXEC };
  Tracee *a = &c->processes[0];
  uint64_t at = c->window;

  if (rng_chance (&c->rng, kind == DRAW_BRK ? 60 : 15))
    tracee_call (a, SYS_brk, TRACEE_DATA_END + rng_below (&c->rng, 32) * PAGE + (rng_chance (&c->rng, 50) ? rng_below (&c->rng, PAGE) : 0), 0, 0, 0, 0, 0);
  for (unsigned i = rng_chance (&c->rng, 25) ? 1 + (unsigned) rng_below (&c->rng, 6) : 0; i > 0; i--)
    {
      uint64_t length = (1 + rng_below (&c->rng, 12)) * PAGE;

      if (rng_chance (&c->rng, 60))
        at += rng_below (&c->rng, 16) * PAGE;
      tracee_call (a, SYS_mmap, at, length, (uint64_t) rights[rng_below (&c->rng, G_N_ELEMENTS (rights))], MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, (uint64_t) -1, 0);
      at += length;
    }
}

static void
print_start (Case *c, const Place *place, const TraceeSetup *setup, DrawKind kind, uint64_t seed)
{
  struct utsname system;

  uname (&system);
  g_string_append_printf (c->text, "# %s, seed %" PRIu64 ": recorded from Linux %s (%s, ASLR off%s).\n", draw_kind_name (kind), seed, system.release,
                          system.machine, c->huge ? ", transparent huge pages on madvise" : "");
  g_string_append_printf (c->text, "machine(memory=512M, kernel=\"%s\", aslr=off, thp=madvise, swap=0)\n",
                          strncmp (system.release, "6.1.", 4) == 0 ? "6.1" : strncmp (system.release, "6.12.", 5) == 0 ? "6.12" : "6.18");
  if (strcmp (place->mmap_min_addr, "65536") != 0)
    g_string_append_printf (c->text, "sysctl(\"vm.mmap_min_addr\", \"%s\")\n", place->mmap_min_addr);
  g_string_append_printf (c->text, "process(A, maps=<<MAPS, start_brk=0x%x, brk=0x%" PRIx64, TRACEE_DATA_END, c->brk);
  if (setup->stack_limit == RLIM_INFINITY)
    g_string_append (c->text, ", rlimit_stack=RLIM_INFINITY");
  else if (setup->stack_limit != 8u << 20)
    g_string_append_printf (c->text, ", rlimit_stack=%" PRIu64 "M", setup->stack_limit >> 20);
  g_string_append_printf (c->text, "%s)\n", setup->bottom_up ? ", personality=ADDR_COMPAT_LAYOUT" : "");
  observe_maps (c->now, &c->names, c->text);
  g_string_append (c->text, "MAPS\n");
}

static bool
begin_case (Case *c, const Place *place, DrawKind kind, uint64_t seed)
{
  g_autoptr(GString) opened = g_string_new (NULL);
  TraceeSetup setup;

  draw_setup (c, kind, &setup);
  if (wants_files (c, kind))
    {
      c->n_files = kind == DRAW_FILES && rng_chance (&c->rng, 50) ? 2 : 1;
      for (unsigned i = 0; i < c->n_files; i++)
        setup.files[i] = open_file (c, place, i, opened);
    }
  if (!tracee_start (&c->processes[0], place->program, &setup))
    return false;
  for (unsigned i = 0; i < c->n_files; i++)
    close (setup.files[i]);
  c->made = 1;
  furnish (c, kind);
  case_turn (c, 0);
  print_start (c, place, &setup, kind, seed);
  if (!c->huge)
    case_prctl_thp (c, true);
  g_string_append (c->text, opened->str);
  return true;
}

/* False if the system does not let us trace; a void case has no text. */
static bool
record (const Place *place, DrawKind kind, uint64_t seed, GString *text)
{
  Case c = { .rng = { (seed + 1) * 0x9e3779b97f4a7c15ull ^ (uint64_t) kind << 56 }, .text = text, .names.program = place->program };
  unsigned calls;
  bool started;

  c.names.zeros = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  for (unsigned i = 0; i < 8; i++)
    rng_below (&c.rng, 2);
  calls = option_calls > 0 ? (unsigned) option_calls : 6 + (unsigned) rng_below (&c.rng, 55);
  c.huge = option_huge || rng_chance (&c.rng, 10);
  started = begin_case (&c, place, kind, seed);
  while (started && calls-- > 0 && !c.dead && case_n_alive (&c) > 0)
    {
      draw_step (&c, kind);
      draw_look (&c);
    }
  if (started)
    draw_last_look (&c);
  if (c.dead)
    g_string_truncate (text, 0);
  for (unsigned i = 0; i < MAX_PROCESSES; i++)
    tracee_kill (&c.processes[i]);
  if (c.regions)
    g_array_unref (c.regions);
  g_array_unref (c.names.zeros);
  return started;
}

static bool
is_set (const char *path, const char *wanted)
{
  g_autofree char *text = read_setting (path);

  return strstr (text, wanted) != NULL;
}

/* What keeps this computer from being the one that the recordings describe; each on a line of standard error. */
static bool
suitable (const char *folder)
{
  static const char *const huge = "/sys/kernel/mm/transparent_hugepage/";
  g_autofree char *enabled = g_strconcat (huge, "enabled", NULL), *defrag = g_strconcat (huge, "defrag", NULL);
  g_autofree char *shared = g_strconcat (huge, "shmem_enabled", NULL);
  struct statfs fs;
  bool good = true;

#ifndef __x86_64__
  fprintf (stderr, "record-vma: this is not an x86-64 computer\n");
  return false;
#endif
  if (!is_set (enabled, "[madvise]") || !is_set (defrag, "[madvise]") || !is_set (shared, "[never]"))
    {
      fprintf (stderr, "record-vma: transparent huge pages are not on madvise (enabled, defrag) and never (shmem_enabled)\n");
      good = false;
    }
  if (!is_set ("/proc/sys/vm/overcommit_memory", "0"))
    {
      fprintf (stderr, "record-vma: vm.overcommit_memory is not 0\n");
      good = false;
    }
  if (!option_no_files && (statfs (folder, &fs) < 0 || fs.f_type != EXT4_MAGIC))
    {
      fprintf (stderr, "record-vma: %s is not on ext4: no mapped files\n", folder);
      option_no_files = TRUE;
    }
  return good;
}

static bool
find_kind (DrawKind *from, DrawKind *to)
{
  *from = 0;
  *to = DRAW_N_KINDS;
  if (!option_kind)
    return true;
  for (DrawKind kind = 0; kind < DRAW_N_KINDS; kind++)
    if (strcmp (draw_kind_name (kind), option_kind) == 0)
      {
        *from = kind;
        *to = kind + 1;
        return true;
      }
  return false;
}

static bool
put (const char *text, DrawKind kind, uint64_t seed)
{
  g_autofree char *name = g_strdup_printf ("%s-%08" PRIu64 ".pwk", draw_kind_name (kind), seed);
  g_autofree char *path = option_into ? g_build_filename (option_into, name, NULL) : NULL;

  if (!path)
    return fputs (text, stdout) >= 0;
  return !*text || g_file_set_contents (path, text, -1, NULL);
}

static bool
record_all (const Place *place, DrawKind from, DrawKind to)
{
  for (gint64 i = 0; i < option_cases; i++)
    {
      DrawKind kind = from + (DrawKind) (i % (to - from));
      g_autoptr(GString) text = g_string_new (NULL);

      if (!record (place, kind, (uint64_t) (option_seed + i), text))
        {
          fprintf (stderr, "record-vma: this system does not let a process be traced\n");
          return false;
        }
      if (!put (text->str, kind, (uint64_t) (option_seed + i)))
        return false;
    }
  return true;
}

int
main (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new ("- record memory calls of this computer's kernel as scenarios");
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = NULL, *least = read_setting ("/proc/sys/vm/mmap_min_addr");
  Place place = { .mmap_min_addr = least };
  DrawKind from, to;
  bool done;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !find_kind (&from, &to))
    {
      fprintf (stderr, "record-vma: %s\n", error ? error->message : "unknown kind");
      return 2;
    }
  folder = g_strdup_printf ("%s/pagewalk-record-XXXXXX", option_files ? option_files : "/var/tmp");
  if (!suitable (option_files ? option_files : "/var/tmp"))
    return 77;
  if (!g_mkdtemp_full (folder, 0755))
    return 2;
  place.program = g_build_filename (folder, "demo", NULL);
  place.files[0] = g_build_filename (folder, "file-a", NULL);
  place.files[1] = g_build_filename (folder, "file-b", NULL);
  done = tracee_write_program (place.program) && record_all (&place, from, to);
  unlink (place.program);
  unlink (place.files[0]);
  unlink (place.files[1]);
  rmdir (folder);
  return done ? 0 : 77;
}
