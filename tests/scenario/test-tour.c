/* test-tour.c - what the shipped scenarios tell is what happens while they tell it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/event.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

/* A say () by its beginning, in both languages; the kinds of events that must lie between the pause () before it and the one behind it, and those that
 * must not. Whoever changes what is said looks here whether it is still so. */
typedef struct { const char *file, *english, *chinese, *there, *not_there; } Told;

static const Told told[] = {
  { "first-look.pwk", "Memory is cut into nodes, nodes into zones", "内存分为节点，节点分为内存区",
    "node_online zone_init memblock_free_pages mm_core_init", "copy_process alloc_pages" },
  { "first-look.pwk", "A process asks for 16 KiB. mmap() makes a region", "一个进程申请 16 KiB。mmap() 只建立一个区域",
    "copy_process sys_enter vma_link sys_exit", "page_fault_user access" },
  { "first-look.pwk", "The first store finds nothing: the TLB misses", "第一次写入什么也找不到：TLB 未命中",
    "tlb_miss walk_pgd access_fault page_fault_user mm_page_alloc table_alloc split set_pte tlb_fill access", "tlb_hit" },
  { "first-look.pwk", "The same store again: no table is read", "同样的写入再来一次：一级页表也不用读",
    "tlb_hit access", "tlb_miss walk_pgd walk_pte page_fault_user" },
  { "first-look.pwk", "The next page is read before anybody has written", "下一页在写入之前先被读取",
    "page_fault_user do_anonymous_page do_wp_page mm_page_alloc access", "copy_user_page" },
  { "first-look.pwk", "The kernel takes two blocks of sixteen frames", "内核为自己取两块、每块 16 个页框",
    "mm_page_alloc split mm_page_free merge", "page_fault_user" },
  { "first-look.pwk", "fork() makes a second process, and both share", "fork() 创建第二个进程，两者以只读方式共享",
    "copy_process dup_mmap page_fault_user do_wp_page copy_user_page wp_page_copy access", "" },
  { "first-look.pwk", "The child exits, and munmap() takes the region away", "子进程退出，munmap() 撤掉区域",
    "exit zap_page_range set_pte tlb_flush vma_remove mm_page_free merge signal_generate", "" },
  { "first-store.pwk", "The first page is written: the kernel makes the tables", "先写第一页：内核建立通向它的各级页表",
    "table_alloc mm_page_alloc set_pte access", "" },
  { "first-store.pwk", "Now the page beside it. The walk reads four entries", "再写旁边的一页。遍历读四个表项",
    "tlb_miss walk_pgd walk_pud walk_pmd walk_pte access_fault page_fault_user clear_user_page set_pte access", "table_alloc" },
  { "first-store.pwk", "The same store again: the translation is in the TLB", "同样的写入再来一次：地址转换已在 TLB 里",
    "tlb_hit access", "tlb_miss walk_pgd walk_pte" },
  { "read-once.pwk", "The index is read once: its pages come", "索引文件先读一遍", "block_rq_read mm_filemap_add_to_page_cache mm_lru_insertion", "mm_lru_activate shrink_node" },
  { "read-once.pwk", "The index is read again. A second use", "索引再读一遍", "page_flags mm_lru_activate", "block_rq_read shrink_node" },
  { "read-once.pwk", "Now a backup of 40 MiB passes", "现在 40 MiB 的备份流过", "block_rq_read mm_vmscan_lru_shrink_inactive mm_filemap_delete_from_page_cache",
    "mm_vmscan_lru_shrink_active swap_writepage" },
  { "read-once.pwk", "The index is asked for once more", "再读一次索引", "sys_enter sys_exit", "block_rq_read workingset_refault" },
  { "kswapd.pwk", "A program reads a long file", "一个程序读一个长文件", "block_rq_read mm_page_alloc", "kswapd_wake direct_reclaim shrink_node" },
  { "kswapd.pwk", "One more read takes the zone below its low mark", "再读一次", "watermark_fail kswapd_wake mm_page_alloc", "direct_reclaim shrink_node" },
  { "kswapd.pwk", "kswapd runs. It goes over the lists", "kswapd 开始运行", "tick shrink_node mm_vmscan_lru_shrink_inactive mm_page_free mm_vmscan_kswapd_sleep",
    "direct_reclaim block_rq_write" },
  { "kswapd.pwk", "Above the high mark it sleeps again", "高于 high 水位后它又睡去", "mm_page_alloc", "kswapd_wake direct_reclaim shrink_node" },
  { "noio.pwk", "A process fills memory with data of its own", "一个进程用自己的数据填满内存", "do_anonymous_page access", "block_rq_read" },
  { "noio.pwk", "The kernel takes what lies above the min mark", "内核取走高于 min 水位的页", "direct_reclaim shrink_node alloc_failed", "add_to_swap swap_writepage" },
  { "noio.pwk", "The same request with GFP_KERNEL", "同样的请求换成 GFP_KERNEL", "direct_reclaim add_to_swap swap_writepage mm_page_alloc", "alloc_failed" },
  { "order-3.pwk", "A process touches 23 MiB page by page", "一个进程逐页访问 23 MiB", "do_anonymous_page zap_page_range mm_page_free", "mm_compaction_begin" },
  { "order-3.pwk", "Eight neighbours are asked for", "申请八个相邻的页", "watermark_fail alloc_failed", "mm_page_alloc direct_reclaim" },
  { "order-3.pwk", "Compaction: one scanner goes upwards", "规整：一个扫描器向上走",
    "mm_compaction_begin mm_compaction_isolate_migratepages mm_compaction_isolate_freepages migrate_folio mm_compaction_end", "alloc_failed" },
  { "order-3.pwk", "Not a page has become free", "没有多出一个空闲页", "mm_page_alloc", "alloc_failed watermark_fail" },
  { "oom-killer.pwk", "Three programs use what they need", "三个程序各自用着所需的匿名内存",
    "copy_process do_anonymous_page mm_page_alloc", "out_of_memory add_to_swap" },
  { "oom-killer.pwk", "Each has a badness: its pages, its swap entries", "每个进程都有一个 badness",
    "oom_score_adj_update", "mm_page_alloc oom_kill" },
  { "oom-killer.pwk", "A fourth program begins to write, page by page", "第四个程序开始逐页写入",
    "kswapd_wake __alloc_pages_slowpath direct_reclaim out_of_memory oom_select oom_kill exit mm_page_free access", "panic signal_generate" },
  { "oom-killer.pwk", "Whoever knows that a program may go says so", "谁知道某个程序可以牺牲",
    "oom_score_adj_update", "oom_kill" },
  { "oom-killer.pwk", "The leak writes on, and this time the choice is itself", "泄漏的程序继续写",
    "out_of_memory oom_select oom_kill do_anonymous_page exit mm_page_free", "panic" },
  { "swap-thrashing.pwk", "A working set of 4 MiB fits into memory", "4 MiB 的工作集装得进内存",
    "do_anonymous_page access", "add_to_swap swap_read_folio direct_reclaim" },
  { "swap-thrashing.pwk", "8 MiB are more than there is", "8 MiB 超出了现有内存",
    "kswapd_wake mm_vmscan_lru_isolate add_to_swap swap_writepage", "swap_read_folio out_of_memory" },
  { "swap-thrashing.pwk", "Now round again. Every page has gone", "再转一圈",
    "do_swap_page swap_read_folio swap_writepage workingset_refault", "out_of_memory" },
  { "swap-thrashing.pwk", "How sudden is that? The program gives its memory back", "这有多突然",
    "zap_page_range do_anonymous_page do_swap_page swap_read_folio swap_writepage workingset_refault", "out_of_memory" },
  { "swap-thrashing.pwk", "What that has cost in time: pressure() tells", "这在时间上花了多少",
    "tick", "out_of_memory" },
  { "swap-thrashing.pwk", "With less to remember, memory is enough again", "要记住的少了",
    "zap_page_range swap_read_folio", "out_of_memory" },
  { "swap-areas.pwk", "The machine has one area, of no particular priority", "这台机器有一个交换区",
    "swapon", "add_to_swap" },
  { "swap-areas.pwk", "Six MiB go", "换出 6 MiB",
    "add_to_swap swap_writepage", "swap_read_folio out_of_memory" },
  { "swap-areas.pwk", "swapoff() of area 1", "对交换区 1 调用 swapoff()",
    "swap_read_folio swapoff", "swap_writepage" },
  { "shootdown.pwk", "A second thread on CPU 1 writes to the same page", "第二个线程在 CPU 1 上写同一页",
    "copy_process tlb_miss walk_pte tlb_fill access", "tlb_shootdown" },
  { "shootdown.pwk", "On CPU 0 mprotect() takes the right to write away", "CPU 0 上的 mprotect() 取消写权限",
    "set_pte tlb_shootdown invlpg tlb_flush", "access" },
  { "shootdown.pwk", "The thread on CPU 1 reads: its TLB has forgotten", "CPU 1 上的线程读取：它的 TLB 已经忘了",
    "tlb_miss walk_pte tlb_fill access", "tlb_hit page_fault_user" },
  { "shootdown.pwk", "A write is forbidden now, on this CPU", "现在不许写了，在这个 CPU 上",
    "access_fault page_fault_user signal_generate", "access" },
  { "near-and-far.pwk", "Nobody has said where the memory is to lie", "没有人说过内存该放在哪里", "copy_process do_anonymous_page mm_page_alloc", "policy_nodemask" },
  { "near-and-far.pwk", "Now A goes on on CPU 3. What it has stays", "现在 A 转到 CPU 3 上", "sched_switch do_anonymous_page mm_page_alloc", "migrate_folio" },
  { "near-and-far.pwk", "mbind() with MPOL_INTERLEAVE spreads a region", "mbind() 用 MPOL_INTERLEAVE 把区域铺开",
    "mbind_range vma_split policy_nodemask mm_page_alloc", "migrate_folio" },
  { "near-and-far.pwk", "migrate_pages() brings what is on node 0 to node 3", "migrate_pages() 把节点 0 上的页搬到节点 3",
    "queue_pages_range try_to_migrate migrate_folio remove_migration_ptes", "page_fault_user" },
  { "near-and-far.pwk", "A cpuset leaves A the nodes 1 and 2", "一个 cpuset 只留给 A 节点 1 和 2",
    "cpuset_attach mpol_rebind_policy queue_pages_range migrate_folio", "page_fault_user" },
  { "near-and-far.pwk", "The kernel takes all blocks of 4 MiB that node 1 has", "内核取走了节点 1 的全部 4 MiB 的块",
    "watermark_fail alloc_failed mm_page_alloc", "direct_reclaim oom_kill" },
  { "seventy-objects.pwk", "The cache has no slab yet. The first object", "缓存还没有 slab。第一个对象",
    "slab_alloc_slow allocate_slab new_slab mm_page_alloc kmem_cache_alloc", "" },
  { "seventy-objects.pwk", "The second one is the head of the CPU's own", "第二个就是 CPU 自己链表的头",
    "kmem_cache_alloc", "slab_free_slow new_slab" },
  { "seventy-objects.pwk", "Slab 0 is used up: it is on no list. The", "slab 0 用完了：它不在任何",
    "slab_alloc_slow new_slab kmem_cache_alloc", "cpu_partial_alloc" },
  { "seventy-objects.pwk", "Seventy are in use. CPU 1 frees one of slab", "七十个在用。CPU 1 释放 s",
    "kmem_cache_free slab_free_slow put_cpu_partial", "kmem_cache_alloc" },
  { "seventy-objects.pwk", "CPU 1 asks for one: it has no slab of its", "CPU 1 要一个：它没有自己的",
    "slab_alloc_slow cpu_partial_alloc kmem_cache_alloc", "new_slab" },
  { "size-classes.pwk", "100 bytes take an object of 128: 28 bytes,", "100 字节占用一个 128 字",
    "kmalloc new_slab", "" },
  { "size-classes.pwk", "65 bytes would waste nearly half of 128;", "65 字节若放进 128 会浪费",
    "kmalloc new_slab", "" },
  { "size-classes.pwk", "129 bytes: 192 serves them, not 256.", "129 字节：由 192 提供，",
    "kmalloc new_slab", "" },
  { "size-classes.pwk", "Room that is there anyway can be used:", "反正已有的空间可以用：kreal",
    "krealloc", "kmalloc kfree" },
  { "size-classes.pwk", "Above 8 KiB whole pages come from the page", "8 KiB 以上直接从页分配器取",
    "kmalloc mm_page_alloc kfree", "new_slab" },
  { "three-allocators-slub.pwk", "70 objects on two pages: 58 are free on the", "70 个对象占两页：58 个空闲",
    "kmem_cache_alloc new_slab", "slob_alloc cache_alloc_refill" },
  { "three-allocators-slab.pwk", "70 objects on two pages: 54 wait in the", "70 个对象占两页：54 个在 ",
    "kmem_cache_alloc cache_alloc_refill cache_grow alloc_block", "new_slab slob_alloc" },
  { "three-allocators-slob.pwk", "70 objects on two pages: what is left of", "70 个对象占两页：第二页剩下的",
    "kmem_cache_alloc slob_alloc slob_new_pages slob_free", "new_slab cache_grow" },
  { "contiguous-virtually.pwk", "Five pages: each comes from the page", "五页：每一页单独来自页分配器，地",
    "__vmalloc alloc_vmap_area mm_page_alloc vmalloc", "vfree" },
  { "contiguous-virtually.pwk", "Behind the last page lies the guard page:", "最后一页后面是保护页：写到那",
    "access access_fault page_fault_oops", "writeq" },
  { "contiguous-virtually.pwk", "A device is no memory: ioremap() maps its", "设备不是内存：ioremap()",
    "ioremap alloc_vmap_area", "mm_page_alloc" },
  { "contiguous-virtually.pwk", "A store through that address reaches a", "经这个地址写入，绕过缓存到达设",
    "access writeq", "page_fault_oops mm_page_alloc" },
  { "contiguous-virtually.pwk", "The pages go back at once; the addresses", "页立即归还；地址则等待，直到一次",
    "vfree free_vmap_area_noflush mm_page_free", "purge_vmap_area_lazy" },
  { "contiguous-virtually.pwk", "vm_unmap_aliases() purges: now the", "vm_unmap_aliases",
    "purge_vmap_area_lazy vmalloc", "vfree" },
  { "contiguous-virtually.pwk", "The same addresses, the lowest that fit.", "还是同样的地址：够用的最低处。",
    "purge_vmap_area_lazy vmalloc", "vfree" },
  { "device-24-bits.pwk", "A device that reaches all of memory takes", "能到达全部内存的设备取首选的区：",
    "dma_direct_alloc", "dma_coherent_ok" },
  { "device-24-bits.pwk", "One of 32 bits must stay below 4 GiB:", "32 位的设备必须在 4 GiB",
    "dma_direct_alloc", "dma_coherent_ok" },
  { "device-24-bits.pwk", "One of 24 bits must stay below 16 MiB:", "24 位的设备必须在 16 Mi",
    "dma_direct_alloc", "dma_coherent_ok" },
  { "device-24-bits.pwk", "One of 33 bits is given ZONE_NORMAL first,", "33 位的设备先从 ZONE_N",
    "dma_direct_alloc", "dma_coherent_ok" },
  { "double-free.pwk", "The object is on the slab's list already.", "这个对象已经在 slab 的链表",
    "kmem_cache_free slab_bug", "mm_page_free" },
  { "double-free.pwk", "A byte behind the object: the red zone", "对象后面的一个字节：红区应为 0",
    "lab kmem_cache_free slab_bug", "" },
  { "zeroed-page.pwk", "The process has given its page back. The", "进程归还了它的页。页框空闲，写入",
    "mm_page_free mm_page_alloc", "slab_alloc_slow" },
  { "zeroed-page.pwk", "get_free_page() gives a frame as it is.", "get_free_page() ",
    "mm_page_free mm_page_alloc", "" },
  { "zeroed-page.pwk", "The same frame, and nothing in it any more.", "同一个页框，里面什么也没有了。",
    "mm_page_free mm_page_alloc", "" },
};

/* Says of one scenario with the events of their stretches. */
typedef struct { PwkRunner *runner; uint64_t before[PWK_N_EVENTS]; GPtrArray *open; const char *file; guint n; } Tour;

static const Told *
find_told (const char *file, const char *said)
{
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (strcmp (told[i].file, file) == 0 && g_str_has_prefix (said, told[i].english))
      return &told[i];
  g_error ("%s: nothing couples “%s” to what happens: add it to test-tour.c", file, said);
  return NULL;
}

static void
check_kinds (Tour *tour, const Told *of, const char *names, bool there)
{
  g_auto(GStrv) kinds = g_strsplit (names, " ", -1);

  for (char **name = kinds; *name; name++)
    {
      int kind = **name ? pwk_event_from_name (*name) : -1;

      g_assert_true (kind >= 0 || !**name);
      if (kind >= 0 && (pwk_event_count (pwk_runner_machine (tour->runner), (PwkEventKind) kind) > tour->before[kind]) != there)
        g_error ("%s: “%s …”: %s %s", of->file, of->english, *name, there ? "does not happen" : "happens");
    }
}

static void
end_stretch (Tour *tour)
{
  const PwkMachine *machine = pwk_runner_machine (tour->runner);

  for (guint i = 0; i < tour->open->len; i++)
    {
      const Told *of = g_ptr_array_index (tour->open, i);

      check_kinds (tour, of, of->there, true);
      check_kinds (tour, of, of->not_there, false);
    }
  g_ptr_array_set_size (tour->open, 0);
  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    tour->before[kind] = pwk_event_count (machine, (PwkEventKind) kind);
}

static void
hear (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  Tour *tour = data;
  const PwkScript *script = pwk_runner_script (runner);
  const PwkStatement *statement = pwk_script_statement (script, spot->statement);
  const char *said = pwk_runner_outcome (runner, spot->statement)->note;
  const Told *of;

  if (strcmp (statement->call, "pause") == 0)
    end_stretch (tour);
  if (strcmp (statement->call, "say") != 0)
    return;
  of = find_told (tour->file, said);
  g_assert_nonnull (g_strstr_len (statement->text, statement->text_length, of->chinese));
  g_ptr_array_add (tour->open, (gpointer) (guintptr) of);
  tour->n++;
}

static void
test_scenario (gconstpointer data)
{
  const char *file = data;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "scenarios", file, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = NULL;
  Tour tour = { .file = file, .open = g_ptr_array_new () };
  guint expected = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  script = pwk_script_parse (file, text, -1, &error);
  g_assert_no_error (error);
  tour.runner = pwk_runner_new (script, NULL, folder, &error);
  g_assert_no_error (error);
  pwk_runner_set_teller (tour.runner, hear, &tour);
  while (pwk_runner_step (tour.runner))
    continue;
  end_stretch (&tour);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    expected += strcmp (told[i].file, file) == 0;
  g_assert_cmpuint (tour.n, ==, expected);
  g_ptr_array_unref (tour.open);
  pwk_runner_free (tour.runner);
}

/* All that are shipped and say something; traces are large and say nothing. */
int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr(GDir) dir = NULL;
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  int status;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "data", "scenarios", NULL);
  dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (path, name, NULL), *text = NULL, *test = g_strdup_printf ("/tour/%s", name);

      if (!g_str_has_suffix (name, ".pwk") || !g_file_get_contents (file, &text, NULL, NULL) || !strstr (text, "\nsay("))
        continue;
      g_ptr_array_add (files, g_strdup (name));
      g_test_add_data_func (test, g_ptr_array_index (files, files->len - 1), test_scenario);
    }
  g_assert_cmpuint (files->len, >, 0);
  status = g_test_run ();
  g_ptr_array_unref (files);
  return status;
}
