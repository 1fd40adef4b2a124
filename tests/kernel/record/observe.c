/* observe.c - what /proc says of a process, in the words of a recording
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "observe.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NAME_COLUMN 73     /* as show_map_vma () pads */

typedef struct { Region region; char rights[5]; unsigned major, minor; uint64_t inode; char name[512]; } Line;

static char *
read_proc (const Tracee *tracee, const char *file)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", tracee->pid, file);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static RegionKind
kind_of (const char *name, const Names *names)
{
  if (!*name)
    return REGION_NAMELESS;
  if (strcmp (name, "[heap]") == 0)
    return REGION_HEAP;
  if (strcmp (name, "[stack]") == 0)
    return REGION_STACK;
  if (strcmp (name, names->program) == 0)
    return REGION_PROGRAM;
  if (g_str_has_prefix (name, "/dev/zero"))
    return REGION_ZERO;
  if (names->files[0] && strcmp (name, names->files[0]) == 0)
    return REGION_FILE_A;
  if (names->files[1] && strcmp (name, names->files[1]) == 0)
    return REGION_FILE_B;
  return REGION_KERNEL;
}

/* A line of maps, or the first of a region in smaps; false if it is neither. */
static bool
parse_line (const char *text, const Names *names, Line *line)
{
  int at = 0;

  *line = (Line) { 0 };
  if (sscanf (text, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &line->region.start, &line->region.end, line->rights,
              &line->region.offset, &line->major, &line->minor, &line->inode, &at) < 7)
    return false;
  g_strlcpy (line->name, text + at, sizeof line->name);
  g_strchomp (line->name);
  line->region.prot = (line->rights[0] == 'r' ? PROT_READ : 0) | (line->rights[1] == 'w' ? PROT_WRITE : 0)
                      | (line->rights[2] == 'x' ? PROT_EXEC : 0);
  line->region.shared = line->rights[3] == 's';
  line->region.kind = kind_of (line->name, names);
  return true;
}

static unsigned
zero_number (const Names *names, uint64_t inode)
{
  for (guint i = 0; i < names->zeros->len; i++)
    if (g_array_index (names->zeros, uint64_t, i) == inode)
      return i + 1;
  return 0;
}

static void
print_line (const Line *line, const Names *names, GString *out)
{
  static const char *const paths[] = { [REGION_FILE_A] = "/tmp/file-a", [REGION_FILE_B] = "/tmp/file-b", [REGION_PROGRAM] = "/usr/bin/demo" };
  const char *name = line->name, *device = "00:00";
  uint64_t inode = line->inode;
  gsize start = out->len;

  switch (line->region.kind)
    {
    case REGION_PROGRAM: case REGION_FILE_A: case REGION_FILE_B:
      name = paths[line->region.kind];
      device = "08:01";
      inode = line->region.kind == REGION_PROGRAM ? 100 : line->region.kind == REGION_FILE_A ? 101 : 102;
      break;
    case REGION_ZERO:
      device = "00:01";
      inode = zero_number (names, line->inode);
      break;
    default:
      break;
    }
  g_string_append_printf (out, "%08" PRIx64 "-%08" PRIx64 " %s %08" PRIx64 " %s %" PRIu64 " ", line->region.start, line->region.end, line->rights,
                          line->region.offset, device, inode);
  while (*name && out->len - start < NAME_COLUMN)
    g_string_append_c (out, ' ');
  g_string_append_printf (out, "%s\n", name);
}

GArray *
observe_regions (const Tracee *tracee, const Names *names)
{
  g_autofree char *text = read_proc (tracee, "maps");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  GArray *regions = g_array_new (FALSE, FALSE, sizeof (Region));
  Line line;

  for (char **at = lines; *at; at++)
    if (parse_line (*at, names, &line))
      g_array_append_val (regions, line.region);
  return regions;
}

void
observe_new_zero (const Tracee *tracee, Names *names, uint64_t address)
{
  g_autofree char *text = read_proc (tracee, "maps");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  Line line;

  for (char **at = lines; *at; at++)
    if (parse_line (*at, names, &line) && line.region.start <= address && address < line.region.end && !zero_number (names, line.inode))
      g_array_append_val (names->zeros, line.inode);
}

void
observe_maps (const Tracee *tracee, const Names *names, GString *out)
{
  g_autofree char *text = read_proc (tracee, "maps");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  Line line;

  for (char **at = lines; *at; at++)
    if (parse_line (*at, names, &line))
      print_line (&line, names, out);
}

static bool
wanted (const char *text, char *const *fields)
{
  const char *colon = strchr (text, ':');
  g_autofree char *field = colon ? g_strndup (text, (gsize) (colon - text)) : NULL;

  return field && g_strv_contains ((const char *const *) fields, field);
}

/* The line without "sd": whether soft-dirty bits are kept is a matter of how the kernel was configured. */
static void
print_field (const char *text, GString *out)
{
  const char *soft_dirty = g_str_has_prefix (text, "VmFlags:") ? strstr (text, " sd") : NULL;

  if (soft_dirty)
    g_string_append_printf (out, "%.*s%s\n", (int) (soft_dirty - text), text, soft_dirty + 3);
  else
    g_string_append_printf (out, "%s\n", text);
}

void
observe_smaps (const Tracee *tracee, const Names *names, uint64_t start, uint64_t end, const char *fields, GString *out)
{
  g_autofree char *text = read_proc (tracee, "smaps");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1), names_of_fields = g_strsplit (fields, ",", -1);
  bool inside = false;
  Line line;

  for (char **at = lines; *at; at++)
    if (parse_line (*at, names, &line))
      {
        inside = line.region.start < end && line.region.end > start;
        if (inside)
          print_line (&line, names, out);
      }
    else if (inside && wanted (*at, names_of_fields))
      print_field (*at, out);
}

void
observe_status (const Tracee *tracee, const char *fields, GString *out)
{
  g_autofree char *text = read_proc (tracee, "status");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1), names_of_fields = g_strsplit (fields, ",", -1);

  for (char **at = lines; *at; at++)
    if (wanted (*at, names_of_fields))
      g_string_append_printf (out, "%s\n", *at);
}

static void
print_run (uint64_t start, uint64_t end, uint64_t bits, GString *out)
{
  static const struct { unsigned bit; const char *name; } words[] = {
    { 63, "present" }, { 62, "swap" }, { 61, "file" }, { 58, "guard" }, { 56, "exclusive" },
  };

  g_string_append_printf (out, "%08" PRIx64 "-%08" PRIx64, start, end);
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    if (bits >> words[i].bit & 1)
      g_string_append_printf (out, " %s", words[i].name);
  g_string_append (out, bits ? "\n" : " none\n");
}

void
observe_pagemap (const Tracee *tracee, uint64_t start, uint64_t end, GString *out)
{
  const uint64_t shown = 1ull << 63 | 1ull << 62 | 1ull << 61 | 1ull << 58 | 1ull << 56;
  g_autofree char *path = g_strdup_printf ("/proc/%d/pagemap", tracee->pid);
  uint64_t pages = (end - start) >> 12, run = 0;
  g_autofree uint64_t *entries = g_new0 (uint64_t, pages);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : pread (fd, entries, pages * 8, (off_t) (start >> 9));

  if (fd >= 0)
    close (fd);
  if (got != (ssize_t) (pages * 8))
    return;
  for (uint64_t i = 1; i <= pages; i++)
    if (i == pages || (entries[i] & shown) != (entries[run] & shown))
      {
        print_run (start + (run << 12), start + (i << 12), entries[run] & shown, out);
        run = i;
      }
}
