/* kinds.c - the table of texts that people bring: how each is recognised, what it becomes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/kinds.h"

#include <glib/gi18n.h>
#include <string.h>

#include "intake/accesses.h"
#include "intake/kernel-events.h"
#include "intake/kernel-log.h"
#include "intake/layouts.h"
#include "intake/lines.h"
#include "intake/perf-trace.h"
#include "intake/tables.h"
#include "scenario/runner.h"
#include "scenario/strace.h"

/* So many lines that say something are looked at. */
#define LOOKED_AT 5000

static const PwkTextKind kinds[] = {
  { PWK_INTAKE_SCENARIO, N_("a scenario"), NULL, NULL, N_("itself"), "pagewalk-cli help machine", "process(A)" },
  { PWK_INTAKE_STRACE, N_("a recording of strace"), NULL, NULL, N_("the program’s calls, followed"),
    "strace -f -e trace=memory,process,openat,close -o FILE PROGRAM", "4711 brk(NULL) = 0x555555559000" },
  { PWK_INTAKE_MAPS, N_("/proc/PID/maps or smaps"), pwk_layout_is_maps_line, pwk_layout_of_maps,
    N_("a process with these regions, and smaps’ pages in memory"), "cat /proc/PID/smaps", "00400000-00401000 r-xp 00000000 08:01 101 /usr/bin/demo" },
  { PWK_INTAKE_PMAP, N_("a table of pmap"), pwk_layout_is_pmap_line, pwk_layout_of_pmap, N_("a process with these regions"), "pmap -x PID",
    "0000000000400000       4       4       0 r-x-- demo" },
  { PWK_INTAKE_GDB, N_("gdb’s table of mappings"), pwk_layout_is_gdb_line, pwk_layout_of_gdb, N_("a process with these regions"),
    "info proc mappings", "0x400000 0x401000 0x1000 0x0 r-xp /usr/bin/demo" },
  { PWK_INTAKE_ASAN, N_("a memory map of AddressSanitizer"), pwk_layout_is_asan_line, pwk_layout_of_asan, N_("a process with these regions"),
    "ASAN_OPTIONS=print_module_map=2:verbosity=1", "|| `[0x00007fff8000, 0x00008fff6fff]` || LowShadow  ||" },
  { PWK_INTAKE_NUMA_MAPS, "/proc/PID/numa_maps", pwk_layout_is_numa_line, pwk_layout_of_numa,
    N_("a process with the pages of these regions that are in memory"), "cat /proc/PID/numa_maps", "00400000 default file=/usr/bin/demo mapped=1 N0=1" },
  { PWK_INTAKE_ZONEINFO, "/proc/zoneinfo", pwk_table_is_zoneinfo_line, pwk_table_of_zones, N_("a machine with these zones and marks"),
    "cat /proc/zoneinfo", "Node 0, zone   Normal" },
  { PWK_INTAKE_BUDDYINFO, "/proc/buddyinfo", pwk_table_is_buddyinfo_line, pwk_table_of_zones, N_("a machine with these free lists"),
    "cat /proc/zoneinfo /proc/buddyinfo", "Node 0, zone   Normal   9310   4551    677" },
  { PWK_INTAKE_PAGETYPEINFO, "/proc/pagetypeinfo", pwk_table_is_pagetypeinfo_line, pwk_table_of_zones, N_("a machine with these free lists"),
    "cat /proc/zoneinfo /proc/pagetypeinfo", "Node    0, zone   Normal, type    Movable      1      0      1" },
  { PWK_INTAKE_MEMINFO, "/proc/meminfo", pwk_table_is_meminfo_line, pwk_table_of_meminfo, N_("a machine with so much memory and swap"),
    "cat /proc/meminfo", "MemTotal:       16303428 kB" },
  { PWK_INTAKE_SWAPS, "/proc/swaps", pwk_table_is_swaps_line, pwk_table_of_swaps, N_("a machine with so much swap"), "cat /proc/swaps",
    "/dev/sda2    partition    8388604    0    -2" },
  { PWK_INTAKE_SLABINFO, "/proc/slabinfo", pwk_table_is_slabinfo_line, pwk_table_of_slabinfo,
    N_("a machine with these slab caches, empty"), "cat /proc/slabinfo", "dentry 91434 97230 192 21 1 : tunables 0 0 0" },
  { PWK_INTAKE_VMALLOCINFO, "/proc/vmallocinfo", pwk_table_is_vmallocinfo_line, pwk_table_of_vmallocinfo,
    N_("a machine whose kernel has mapped these areas"), "cat /proc/vmallocinfo", "0xffffc90000000000-0xffffc90000005000   20480 load_module pages=4" },
  { PWK_INTAKE_E820, N_("a firmware memory map in the log of a boot"), pwk_log_is_e820_line, pwk_log_of_e820,
    N_("a machine with this memory, and SRAT’s nodes"), "dmesg", "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable" },
  { PWK_INTAKE_REPORT, N_("a kernel’s report of memory that ran out"), pwk_log_is_report_line, pwk_log_of_report,
    N_("the machine as it was then, the request that failed, or the choice of the victim"), "dmesg",
    "worker: page allocation failure: order:4, mode:0xdc0(GFP_KERNEL|__GFP_ZERO)" },
  { PWK_INTAKE_PERF_TRACE, N_("a recording of perf trace"), pwk_perf_trace_is_line, pwk_perf_trace_to_strace, N_("the program’s calls, followed"),
    "perf trace -o FILE PROGRAM", "0.206 ( 0.022 ms): demo/3764 munmap(addr: 0x7f6980c4d000, len: 8192) = 0" },
  { PWK_INTAKE_KMEM, N_("events of ftrace or perf script"), pwk_kernel_events_is_line, pwk_kernel_events_of_text, N_("its allocations and frees, done again"),
    "trace-cmd record -e kmem; trace-cmd report", "demo-1567 [000] 4415.246506: mm_page_alloc: pfn=0x11a2d8 order=0 gfp_flags=GFP_KERNEL" },
  { PWK_INTAKE_DRCACHESIM, N_("a trace of DynamoRIO"), pwk_accesses_is_drcachesim_line, pwk_accesses_of_text,
    N_("a program that makes these accesses"), "drrun -t drmemtrace -tool view -- PROGRAM 2> FILE.drcachesim",
    "1567 1203: 4711 write 8 byte(s) @ 0x00007ffd5a1c9e38 by PC 0x00007f8a5c0e2b40" },
  { PWK_INTAKE_TRACE, N_("a trace of memory accesses, in lackey’s form or .pwt"), pwk_accesses_is_lackey_line, pwk_accesses_of_text,
    N_("a program that makes these accesses"), "valgrind --tool=lackey --trace-mem=yes --log-file=FILE.lackey PROGRAM", " L 1ffefffe7f,8" },
  { PWK_INTAKE_PICTURE, N_("a picture that Pagewalk has exported"), NULL, NULL, N_("its scenario, at the moment that it shows"),
    "pagewalk-cli export --view zones -o FILE.svg SCENARIO", "" },
};

const PwkTextKind *
pwk_text_kinds (guint *n)
{
  *n = G_N_ELEMENTS (kinds);
  return kinds;
}

const PwkTextKind *
pwk_text_kind (PwkIntakeKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].kind == kind)
      return &kinds[i];
  return NULL;
}

/* A call that there is, behind a process's name or not, or the beginning of a text block: only a scenario has those. */
static gboolean
is_statement (const char *line)
{
  const char *at = line + strspn (line, " ");
  g_autofree char *name = NULL;
  gsize length;

  if (*at == '[' && g_ascii_isalpha (at[1]) && strchr (at, ']'))
    at = strchr (at, ']') + 1 + strspn (strchr (at, ']') + 1, " ");
  length = strspn (at, "abcdefghijklmnopqrstuvwxyz_0123456789");
  if (length == 0 || at[length] != '(')
    return FALSE;
  name = g_strndup (at, length);
  return pwk_call_find (name) != NULL;
}

PwkIntakeKind
pwk_text_kind_of (const char *text)
{
  guint found[G_N_ELEMENTS (kinds)] = { 0 }, best = 0, looked_at = 0;
  g_auto(GStrv) lines = NULL;

  if (pwk_strace_recognise (text, strlen (text)))
    return PWK_INTAKE_STRACE;
  lines = pwk_intake_lines (text);
  for (char **line = lines; *line && looked_at < LOOKED_AT; line++)
    {
      if (**line == '\0' || **line == '#')
        continue;
      if (is_statement (*line))
        return PWK_INTAKE_SCENARIO;
      looked_at++;
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        found[i] += kinds[i].is_line && kinds[i].is_line (*line);
    }
  for (guint i = 1; i < G_N_ELEMENTS (kinds); i++)
    if (found[i] > found[best])
      best = i;
  return kinds[best].kind;
}
