/* test-texts.c - every kind of text that people paste: told apart, made into a scenario, and that scenario holds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/kinds.h"

#include <string.h>

#include "scenario/parser.h"
#include "scenario/runner.h"

typedef struct
{
  const char   *name, *text;
  PwkIntakeKind kind;
  const char   *says[4];        /* parts of the scenario; NULL ends */
} Case;

static const Case cases[] = {
  { "maps-in-a-mail", "On Monday somebody wrote:\n> $ cat /proc/77/maps\n> 00400000-00401000 r-xp 00000000 08:01 101 /usr/bin/demo\n> ...\n"
    "> 7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n", PWK_INTAKE_MAPS,
    { "process(A, maps=<<MAPS)\n00400000-00401000 r-xp 00000000 08:01 101 /usr/bin/demo\n7ffffffde000-" } },
  { "smaps", "00400000-00404000 rw-p 00000000 00:00 0 \nSize:                 16 kB\nRss:                  12 kB\nPss:                  12 kB\n"
    "Anonymous:             8 kB\nVmFlags: rd wr mr mw me ac \n7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0 [stack]\nSize: 132 kB\nRss: 4 kB\nAnonymous: 4 kB\n",
    PWK_INTAKE_MAPS, { "[A] touch(0x400000, 0x2000, \"w\")\n[A] touch(0x402000, 0x1000, \"r\")\n[A] touch(0x7fffffffe000, 0x1000, \"w\")\n" } },
  { "pmap", "4711:   ./demo -v\n0000000000400000      4K r-x-- demo\n0000000000600000    132K rw---   [ anon ]\n00007ffffffde000    132K rw---   [ stack ]\n"
    " total              268K\n", PWK_INTAKE_PMAP,
    { "00400000-00401000 r-xp 00000000 08:01", "/demo\n", "00600000-00621000 rw-p 00000000 00:00 0 \n", "[stack]\n" } },
  { "pmap-x", "Address           Kbytes     RSS   Dirty Mode  Mapping\n0000000000400000       4       4       0 r-x-- demo\n"
    "0000000000600000     132       8       8 rw---   [ anon ]\n", PWK_INTAKE_PMAP, { "[A] touch(0x600000, 0x2000, \"w\")\n" } },
  { "gdb", "process 4711\nMapped address spaces:\n\n          Start Addr           End Addr       Size     Offset  Perms  objfile\n"
    "            0x400000           0x401000     0x1000        0x0  r-xp   /usr/bin/demo\n"
    "      0x7ffff7a00000     0x7ffff7a02000     0x2000     0x3000  rw-p   /lib/a b.so\n", PWK_INTAKE_GDB,
    { "00400000-00401000 r-xp", "7ffff7a00000-7ffff7a02000 rw-p 00003000 08:01", "/lib/a b.so\n" } },
  { "gdb-old", "  Start Addr   End Addr       Size     Offset objfile\n    0x400000   0x401000     0x1000        0x0 /usr/bin/demo\n"
    "    0x600000   0x602000     0x2000        0x0 [heap]\n", PWK_INTAKE_GDB, { "00400000-00401000 r-xp", "00600000-00602000 rw-p 00000000 00:00 0 [heap]" } },
  { "asan-shadow", "==1==AddressSanitizer: libc interceptors initialized\n|| `[0x10007fff8000, 0x7fffffffffff]` || HighMem    ||\n"
    "|| `[0x02008fff7000, 0x10007fff7fff]` || HighShadow ||\n|| `[0x00008fff7000, 0x02008fff6fff]` || ShadowGap  ||\n"
    "|| `[0x00007fff8000, 0x00008fff6fff]` || LowShadow  ||\n|| `[0x000000000000, 0x00007fff7fff]` || LowMem     ||\n", PWK_INTAKE_ASAN,
    { "7fff8000-8fff7000 rw-p", "8fff7000-2008fff7000 ---p", "[anon:high shadow]" } },
  { "asan-process", "==1==Process memory map follows:\n\t0x000000400000-0x000000401000\t/usr/bin/demo\n\t0x000000600000-0x000000602000\t\n", PWK_INTAKE_ASAN,
    { "00400000-00401000 r-xp" } },
  { "numa-maps", "00400000 default file=/usr/bin/demo mapped=1 N0=1 kernelpagesize_kB=4\n00600000 default heap anon=2 dirty=2 N0=2 kernelpagesize_kB=4\n",
    PWK_INTAKE_NUMA_MAPS, { "00600000-00602000 rw-p 00000000 00:00 0 [heap]", "[A] touch(0x600000, 0x2000, \"w\")" } },
  { "zoneinfo-and-buddyinfo", "$ cat /proc/zoneinfo /proc/buddyinfo\nNode 0, zone   Normal\n  pages free     7\n        min      1\n        low      2\n        high     3\n"
    "        spanned  8192\n        present  8192\n        managed  8000\n        protection: (0, 0, 0, 0, 0)\n  start_pfn:           1048576\n"
    "Node 0, zone   Normal      1      1      1      0      0      0      0      0      0      0      0 \n", PWK_INTAKE_ZONEINFO,
    { "machine(zoneinfo=<<ZONEINFO, buddyinfo=<<BLOCKS)\n", "BLOCKS\n" } },
  { "pagetypeinfo", "Page block order: 9\nPages per block:  512\n\nFree pages count per migrate type at order       0      1      2\n"
    "Node    0, zone   Normal, type    Unmovable      3      1      0      0 \nNode    0, zone   Normal, type      Movable      0      0      5      0 \n\n"
    "Number of blocks type     Unmovable      Movable\nNode 0, zone   Normal           12           34\n", PWK_INTAKE_PAGETYPEINFO,
    { "machine(pagetypeinfo=<<BLOCKS)\n" } },
  { "meminfo", "MemTotal:        2014692 kB\nMemFree:           44800 kB\nSwapTotal:        131072 kB\n", PWK_INTAKE_MEMINFO, { "machine(memory=2048M, swap=131072K)" } },
  { "swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/sda2                               partition\t65536\t\t0\t\t-2\n", PWK_INTAKE_SWAPS,
    { "machine(swap=65536K)" } },
  { "slabinfo", "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables\n"
    "dentry             91434  97230    192   21    1 : tunables    0    0    0 : slabdata   4630   4630      0\n"
    "kmalloc-8k           120    124   8192    4    8 : tunables    0    0    0 : slabdata     31     31      0\n", PWK_INTAKE_SLABINFO,
    { "# 2 caches, 4878 pages of slabs", "name dentry object_size 192 size 192", " order 0 objects 21 ", "name kmalloc-8k " } },
  { "vmallocinfo", "$ sudo cat /proc/vmallocinfo\n0xffffc90000000000-0xffffc90000005000   20480 irq_init_percpu_irqstack+0xed/0x120 vmap\n"
    "0xffffc90000005000-0xffffc90000007000    8192 acpi_os_map_iomem+0x1bc/0x1e0 phys=0x00000000fed00000 ioremap\n"
    "0xffffc90000008000-0xffffc9000000d000   20480 load_module+0x1/0x9 pages=4 vmalloc N0=4\n", PWK_INTAKE_VMALLOCINFO,
    { "machine(memory=512M, vmallocinfo=<<AREAS)\n", "0xffffc90000008000-", "vmap_areas()\n" } },
  { "boot-log", "Jan  2 03:04:05 host kernel: [    0.000000] Linux version 2.6.18\nJan  2 03:04:05 host kernel: [    0.000000] BIOS-provided physical RAM map:\n"
    "Jan  2 03:04:05 host kernel: [    0.000000]  BIOS-e820: 0000000000000000 - 000000000009f000 (usable)\n"
    "Jan  2 03:04:05 host kernel: [    0.000000]  BIOS-e820: 0000000000100000 - 0000000010000000 (usable)\n"
    "Jan  2 03:04:05 host kernel: [    0.000000] SRAT: PXM 0 -> APIC 0 -> Node 0\nJan  2 03:04:05 host kernel: [    0.000000] SRAT: Node 0 PXM 0 0-10000000\n"
    "Jan  2 03:04:05 host kernel: [    0.000000] Kernel command line: ro quiet\n", PWK_INTAKE_E820,
    { "machine(e820=<<E820, srat=<<SRAT)\n", "BIOS-e820: 0000000000100000 - 0000000010000000 (usable)\nE820\n" } },
  /* of 2.6.32: no managed, no types, a mask in its bits; two zones refuse by their marks, none is left of order 5 in the third */
  { "old-failure", "swapper: page allocation failure. order:5, mode:0x20\nPid: 0, comm: swapper Not tainted 2.6.32\nMem-Info:\n"
    "Node 0 DMA free:4000kB min:3000kB low:3750kB high:4500kB active_anon:0kB present:15000kB pages_scanned:0 all_unreclaimable? no\n"
    "lowmem_reserve[]: 0 1900 1900 1900\n"
    "Node 0 DMA32 free:9000kB min:5600kB low:7000kB high:8400kB active_anon:0kB present:1945000kB pages_scanned:0 all_unreclaimable? no\n"
    "lowmem_reserve[]: 0 0 0 0\n"
    "Node 0 DMA: 0*4kB 0*8kB 0*16kB 1*32kB 0*64kB 1*128kB 1*256kB 1*512kB 1*1024kB 1*2048kB 0*4096kB = 4000kB\n"
    "Node 0 DMA32: 1250*4kB 500*8kB 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 9000kB\n", PWK_INTAKE_REPORT,
    { "alloc_pages(__GFP_HIGH|__GFP_KSWAPD_RECLAIM, 5) = NULL\n", "protection: (0, 1900, 1900, 1900)" } },
  { "atomic-types", "[ 1.5] nic: page allocation failure: order:3, mode:0x40820(GFP_ATOMIC|__GFP_COMP|__GFP_UNHEARD), nodemask=(null)\n[ 1.5] Mem-Info:\n"
    "[ 1.5] Node 0 DMA32 free:6800kB boost:0kB min:1000kB low:1250kB high:1500kB reserved_highatomic:2048KB present:200000kB managed:190000kB\n"
    "[ 1.5] lowmem_reserve[]: 0 0 0 0 0\n"
    "[ 1.5] Node 0 DMA32: 1000*4kB (UME) 350*8kB (UM) 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 6800kB\n", PWK_INTAKE_REPORT,
    { "alloc_pages(GFP_ATOMIC|__GFP_COMP, 3) = NULL\n", "type    Unmovable    334    175", "type      Movable    333    175" } },
  /* a memory cgroup's: its limit counts, and who is killed may be the child of who was chosen */
  { "memcg", "task invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0, oom_score_adj=0\nmemory: usage 102400kB, limit 102400kB, failcnt 5\n"
    "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n[  300]     0   300     5000     1000      10        0             0 sh\n"
    "[  301]     0   301    50000    20000      90        0             0 a b\nMemory cgroup out of memory: Kill process 301 (a b) score 800 or sacrifice child\n"
    "Killed process 302 (c) total-vm:4kB, anon-rss:4kB, file-rss:0kB\n", PWK_INTAKE_REPORT, { "oom_select(totalpages=25600, tasks=<<TASKS) = 301\n" } },
  { "perf-trace", "         ? (         ):  ... [continued]: execve())                       = 0\n"
    "     0.2 ( 0.022 ms): mmap(len: 8192, prot: READ, flags: PRIVATE, fd: 3</lib/a.so>, off: 0x1000) = 0x7f6980c4d000\n"
    "     0.3 ( 0.022 ms): mprotect(start: 0x7f6980c4d000, len: 4096, prot: READ|WRITE) = 0\n"
    "     0.4 ( 0.022 ms): madvise(start: 0x7f6980c4d000, len_in: 4096, behavior: DONTNEED) = 0\n", PWK_INTAKE_PERF_TRACE,
    { "mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</lib/a.so>, 0x1000) = 0x7f6980c4d000\n", "madvise(0x7f6980c4d000, 4096, MADV_DONTNEED) = 0\n" } },
  /* halves with something between them, names of files, the start of the program, what perf could not keep up with, what is not simulated */
  { "perf-trace-halves", "         ? (         ): my demo/3764  ... [continued]: execve())                                            = 0\n"
    "     0.060 ( 0.010 ms): my demo/3764 openat(dfd: CWD, filename: \"/etc/a, b.cache\", flags: RDONLY|CLOEXEC)     = 3\n"
    "     0.070 ( 0.010 ms): my demo/3764 mmap(len: 8192, prot: READ, flags: PRIVATE, fd: 3</etc/a, b.cache (deleted)>) = 0x7f6980c4d000\n"
    "     0.080 ( 0.010 ms): my demo/3764 read(fd: 3</etc/a>, buf: 0x7ffc, count: 832) = 832\n"
    "     0.301 (         ): my demo/3764 mprotect(start: 0x7f6980c4d000, len: 4096) ...\n"
    "     0.302 ( 0.001 ms): my demo/3765 munmap(addr: 0x7f6980c00000, len: 4096) = 0\n"
    "     0.350 ( 0.049 ms): my demo/3764  ... [continued]: mprotect())                                  = 0\n"
    "LOST 12 events!\n"
    "     0.400 ( 0.001 ms): my demo/3764 mbind(start: 0x7f6980c4d000, len: 4096, mode: 2) = 0\n"
    "     0.410 ( 0.001 ms): my demo/3764 clone(clone_flags: VM|FS|FILES|SIGHAND|THREAD|0x11, newsp: 0x7f) = 3766 (my demo)\n"
    "     0.500 (         ): my demo/3764 exit_group()                                                      = ?\n", PWK_INTAKE_PERF_TRACE,
    { "3764 execve(\"my demo\", [], NULL) = 0\n3764 openat(AT_FDCWD, \"/etc/a, b.cache\", O_RDONLY|O_CLOEXEC) = 3\n"
      "3764 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</etc/a, b.cache (deleted)>, 0) = 0x7f6980c4d000\n#",
      "3764 mprotect(0x7f6980c4d000, 4096, PROT_NONE <unfinished ...>\n3765 munmap(0x7f6980c00000, 4096) = 0\n3764 <... mprotect resumed>) = 0\n"
      "LOST 12 events!\n3764 mbind() = 0\n3764 clone(CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|0x11) = 3766", "3764 exit_group(0) = ?\n" } },
  { "perf-script", "demo  1567 [003]  4415.246506: kmem:mm_page_alloc: page=0xffffea0003db9f40 pfn=0x11a2d8 order=2 migratetype=0 gfp_flags=GFP_KERNEL|__GFP_ZERO\n"
    "demo  1567 [000]  4415.246606: kmem:mm_page_free: page=0xffffea0003db9f40 pfn=0x11a2d8 order=2\n"
    "demo  1567 [000]  4415.246706: kmem:mm_page_free: page=0xffffea0003db9f40 pfn=0x99 order=0\n", PWK_INTAKE_KMEM,
    { "machine(memory=4G, cpus=4)\n", "alloc_pages(GFP_KERNEL|__GFP_ZERO, 2, cpu=3) = pfn_11a2d8\nfree_pages(pfn_11a2d8, 2, cpu=0)\n# allocated before the record begins: " } },
  { "lackey-in-a-mail", "> $ valgrind --tool=lackey --trace-mem=yes ./a\n> ==7== Lackey, an example Valgrind tool\n> I  04015a00,3\n>  L 1ffefffe7f,8\n>  M 04a1c7c8,4\n> ...\n",
    PWK_INTAKE_TRACE, { "04015000-04016000 r-xp 00000000 00:00 0 \n04a1c000-04a1d000 rw-p 00000000 00:00 0 [stack]\n1ffefff000-",
                        "[A] fetch(0x4015a00, 3)\n[A] load(0x1ffefffe7f, 8)\n[A] load(0x4a1c7c8, 4)\n[A] store(0x4a1c7c8, 4)\n" } },
  { "drcachesim", "Output format:\n<--record#-> <--instr#->: <---tid---> <record details>\n------------------------------------------------------------\n"
    "           1           0:        4711 <marker: version 6>\n"
    "           8           1:        4711 ifetch       3 byte(s) @ 0x00007f8a5c0e2b40 48 89 e7             mov    %rsp, %rdi\n"
    "           9           1:        4711 write        8 byte(s) @ 0x00007ffd5a1c9e38 by PC 0x00007f8a5c0e2b40\n", PWK_INTAKE_DRCACHESIM,
    { "7f8a5c0e2000-7f8a5c0e3000 r-xp", "7ffd5a1c9000-7ffd5a1ca000 rw-p 00000000 00:00 0 [stack]\n",
      "[A] fetch(0x7f8a5c0e2b40, 3)\n[A] store(0x7ffd5a1c9e38, 8)\n" } },
  /* objects by pointer, of a cache or not; faults of programs whose regions are assumed; what is not done again is counted */
  { "kmem-events", "# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "            demo-1567    [002] .....  4415.1: kmalloc: call_site=foo+0x1/0x9 ptr=00000000d3a4 bytes_req=100 bytes_alloc=128 gfp_flags=GFP_KERNEL|GFP_ZERO node=-1\n"
    "       web c-ent-1568    [001] .....  4415.2: kmem_cache_alloc: call_site=bar ptr=0000000011f0 name=dentry bytes_req=192 bytes_alloc=192 gfp_flags=GFP_NOFS\n"
    "            demo-1567    [002] .....  4415.3: mm_page_alloc: page=0000000000000000 pfn=0x0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n"
    "CPU:2 [LOST 7 EVENTS]\n"
    "            demo-1567    [002] .....  4415.4: kmem_cache_free: call_site=bar ptr=0000000011f0 name=dentry\n"
    "            demo-1567    [002] .....  4415.5: kfree: call_site=foo ptr=00000000d3a4\n"
    "            demo-1567    [002] .....  4415.6: kfree: call_site=foo ptr=00000000d3a4\n"
    "         kswapd0-61      [000] .....  4415.7: mm_vmscan_kswapd_wake: nid=0 order=0\n", PWK_INTAKE_KMEM,
    { "machine(memory=4G, cpus=3)\n", "kmalloc(100, GFP_KERNEL|__GFP_ZERO, cpu=2) = obj_00000000d3a4\nkmem_cache_create(\"dentry\", 192, 0, 0) = cache_dentry\n"
      "kmem_cache_alloc(cache_dentry, GFP_NOFS, cpu=1) = obj_0000000011f0\n# no page: ",
      "# CPU:2 [LOST 7 EVENTS]\nkmem_cache_free(cache_dentry, obj_0000000011f0, cpu=2)\nkfree(obj_00000000d3a4, cpu=2)\n# allocated before the record begins: ",
      "# recorded, and not done again: kfree, 1\n# recorded, and not done again: mm_page_alloc, 1\n# recorded, and not done again: mm_vmscan_kswapd_wake, 1\n"
      "# the recorder could not keep up, 1 times" } },
  { "faults", "demo  1567 [003]  4415.246506: exceptions:page_fault_user: address=0x7f8a5c10a010 ip=0x401136 error_code=0x6\n"
    "demo  1567 [001]  4415.246507: exceptions:page_fault_user: address=0x401136 ip=0x401136 error_code=0x14\n"
    "demo  1567 [001]  4415.246508: exceptions:page_fault_kernel: address=0x7f8a5c10b000 ip=copy_to_user error_code=0x2\n"
    "demo  1567 [001]  4415.246509: exceptions:page_fault_kernel: address=0xffff888000000000 ip=foo error_code=0x0\n"
    "my-prog  99 [000]  4415.246510: mmap_lock:mmap_lock_start_locking: mm=0000 memcg_path= write=true\n"
    "my-prog  99 [000]  4415.246511: exceptions:page_fault_user: address=0x7ffd10 ip=0x401136 error_code=0x4\n", PWK_INTAKE_KMEM,
    { "machine(memory=4G, cpus=4)\n", "process(demo_1567, maps=<<MAPS)\n00401000-00402000 r-xp 00000000 00:00 0 \n7f8a5c10a000-7f8a5c10c000 rw-p 00000000 00:00 0 \nMAPS\n"
      "process(my_prog_99, maps=<<MAPS)\n007ff000-00800000 r--p",
      "[demo_1567@3] store(0x7f8a5c10a010)\n[demo_1567@1] fetch(0x401136)\n[demo_1567@1] store(0x7f8a5c10b000)\n# demo  1567", "[my_prog_99@0] load(0x7ffd10)\n" } },
};

/* The scenario is run to its end, and all that it expects holds. */
static void
check_holds (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("text", text, -1, &error);
  PwkRunner *runner;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  while (pwk_runner_step (runner))
    ;
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    if (pwk_runner_outcome (runner, i)->verdict == PWK_VERDICT_FAILS)
      g_error ("%s\nin\n%s", pwk_runner_outcome (runner, i)->message, text);
  pwk_runner_free (runner);
}

static void
test_case (gconstpointer data)
{
  const Case *tested = data;
  g_auto(PwkIntake) intake = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (pwk_intake_text (&intake, NULL, tested->text, &error));
  g_assert_no_error (error);
  g_assert_cmpint (intake.kind, ==, tested->kind);
  g_assert_true (intake.made);
  for (guint i = 0; i < G_N_ELEMENTS (tested->says) && tested->says[i]; i++)
    if (!strstr (intake.text, tested->says[i]))
      g_error ("expected\n%s\nin\n%s", tested->says[i], intake.text);
  check_holds (intake.text);
}

/* The example that help shows of each kind is one of that kind. */
static void
test_examples (void)
{
  guint n;
  const PwkTextKind *kinds = pwk_text_kinds (&n);

  for (guint i = 0; i < n; i++)
    if (kinds[i].kind != PWK_INTAKE_PICTURE)
      g_assert_cmpint (pwk_text_kind_of (kinds[i].example), ==, kinds[i].kind);
}

/* The manual page has the same table: name, how to make one, a line of it. */
static void
test_manual_page (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", "man", "pagewalk-cli.1", NULL);
  g_autofree char *page = NULL;
  g_autoptr(GString) text = NULL;
  guint n;
  const PwkTextKind *kinds = pwk_text_kinds (&n);

  g_assert_true (g_file_get_contents (path, &page, NULL, NULL));
  text = g_string_new (page);
  g_string_replace (text, "\\-", "-", 0);
  g_string_replace (text, "\\(cq", "’", 0);
  for (guint i = 0; i < n; i++)
    {
      const char *const parts[] = { kinds[i].name, kinds[i].becomes, kinds[i].record, kinds[i].example };

      for (guint k = 0; k < G_N_ELEMENTS (parts); k++)
        if (!strstr (text->str, parts[k]))
          g_error ("pagewalk-cli.1 lacks: %s", parts[k]);
    }
}

/* What cannot become a scenario is refused by name, and says what to give instead; so is what is nothing known. */
static void
test_refused (void)
{
  static const struct { const char *text, *says[2]; } refused[] = {
    { "0x0000000015c7fdf7-0x00000000db183cbd   20480 load_module+0x1 pages=4 vmalloc\n", { "/proc/vmallocinfo", "no_hash_pointers" } },
    { "           1           0:        4711 <marker: version 6>\n", { "markers", "access" } },
    { "a: page allocation failure: order:4, mode:0xdc0(GFP_KERNEL)\nCall Trace:\n dump_stack+0x4\n", { "Mem-Info", "dmesg" } },
    { "Dear all,\nwhat is wrong with my machine?\n", { "“Dear all,”", "strace" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_auto(PwkIntake) intake = { 0 };
      g_autoptr(GError) error = NULL;

      g_assert_false (pwk_intake_text (&intake, "x.txt", refused[i].text, &error));
      g_assert_true (g_str_has_prefix (error->message, "x.txt: "));
      for (guint k = 0; k < 2; k++)
        if (!strstr (error->message, refused[i].says[k]))
          g_error ("expected %s in: %s", refused[i].says[k], error->message);
    }
}

/* A scenario stays one, whatever texts are in it, and however wrong it is. */
static void
test_scenarios (void)
{
  static const char *const texts[] = {
    "machine(zoneinfo=<<ZI)\nNode 0, zone   Normal\n  pages free     7\n        min      1\nZI\n",
    "# maps\nprocess(A, maps=<<M)\n00400000-00401000 r-xp 00000000 08:01 101 /usr/bin/demo\n00401000-00402000 r-xp 00000000 08:01 101 /usr/bin/demo\nM\n",
    "alloc_page(GFP_KERNEL)\n", "[A] munmap(p, 4K)\n", "\n\n# nothing yet\n", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto(PwkIntake) intake = { 0 };
      g_autoptr(GError) error = NULL;

      g_assert_true (pwk_intake_text (&intake, NULL, texts[i], &error));
      g_assert_cmpint (intake.kind, ==, PWK_INTAKE_SCENARIO);
      g_assert_false (intake.made);
      g_assert_cmpstr (intake.text, ==, texts[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/texts/kind/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/texts/examples", test_examples);
  g_test_add_func ("/texts/manual-page", test_manual_page);
  g_test_add_func ("/texts/refused", test_refused);
  g_test_add_func ("/texts/scenarios", test_scenarios);
  return g_test_run ();
}
