/* test-doors.c - what the arena, pools, names, events, locks and long calls refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/config-private.h"
#include "engine/core/emit.h"
#include "engine/core/host-memory.h"
#include "engine/core/lock.h"
#include "engine/core/op.h"
#include "engine/core/pool.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/core/stretch.h"
#include "engine/core/task.h"
#include "engine/core/text-table.h"
#include "engine/virt/process.h"

/* A machine with one process. */
static PwkMachine *m;

/* --- the arena --- */

static const PwkRegion *region (PwkRegionId id) { return &m->arena.regions[id]; }
static const uint8_t *start_of (PwkRegionId id) { return m->arena.base + region (id)->offset; }
static PwkArena *cleared (void) { pwk_arena_clear (&m->arena); return &m->arena; }

/* Begins in the region before, and ends in this one. */
static void touch_before (void) { pwk_arena_touch (&m->arena, PWK_REGION_VMA, start_of (PWK_REGION_VMA) - 4, 8); }
static void touch_beyond (void) { pwk_arena_touch (&m->arena, PWK_REGION_VMA, start_of (PWK_REGION_VMA) + region (PWK_REGION_VMA)->size - 4, 8); }
static void touch_nothing (void) { pwk_arena_touch (&m->arena, PWK_REGION_VMA, start_of (PWK_REGION_VMA), 0); }
/* Three chunks, of which the one in the middle would not be marked. */
static void touch_at_once (void) { pwk_arena_touch (&m->arena, PWK_REGION_VMA, start_of (PWK_REGION_VMA), 2 * PWK_CHUNK_SIZE); }
static void read_beyond (void) { pwk_arena_at (&m->arena, PWK_REGION_MM, region (PWK_REGION_MM)->size); }
static void edit_no_region (void) { pwk_arena_edit (&m->arena, PWK_N_REGIONS, 0); }
static void save_cleared (void) { pwk_arena_save (cleared (), 0, false); }
static void hash_cleared (void) { pwk_arena_hash (cleared ()); }
static void used_cleared (void) { pwk_arena_used_bytes (cleared ()); }

static void
init_stateless (void)
{
  const uint64_t sizes[PWK_N_REGIONS] = { 0 };
  PwkArena arena;

  pwk_arena_init (&arena, sizes, NULL);
}

static void
restore_cleared (void)
{
  g_autoptr(PwkCheckpoint) checkpoint = pwk_machine_save (m);

  pwk_arena_restore (cleared (), checkpoint);
}

/* A checkpoint of another machine, whose regions are larger. */
static void
restore_larger (void)
{
  PwkCheckpoint checkpoint = { 0 };

  checkpoint.used[PWK_REGION_VMA] = region (PWK_REGION_VMA)->size + 1;
  pwk_arena_restore (&m->arena, &checkpoint);
}

static void
restore_chunk_beyond (void)
{
  typeof (*((PwkCheckpoint *) NULL)->entries) entry = { m->arena.n_chunks, NULL };
  PwkCheckpoint checkpoint = { .n_entries = 1, .entries = (void *) &entry };

  pwk_arena_restore (&m->arena, &checkpoint);
}

static void
ref_without_entries (void)
{
  PwkCheckpoint checkpoint = { .n_entries = 1 };

  pwk_checkpoint_ref (&checkpoint);
}

/* --- pools --- */

static PwkPool *pool (PwkPoolId id) { return &m->st->pools[id]; }

static void alloc_from_no_pool (void) { pwk_pool_alloc (m, PWK_N_POOLS); }
static void has_no_pool (void) { pwk_pool_has (m, PWK_N_POOLS, 1); }
static void get_beyond (void) { pwk_pool_get (m, PWK_POOL_VMA, pool (PWK_POOL_VMA)->next); }
static void edit_nobody (void) { pwk_pool_edit (m, PWK_POOL_VMA, 0); }
static void edit_beyond (void) { pwk_pool_edit (m, PWK_POOL_VMA, pool (PWK_POOL_VMA)->next); }
static void free_nobody (void) { pwk_pool_free (m, PWK_POOL_VMA, 0); }
static void free_beyond (void) { pwk_pool_free (m, PWK_POOL_VMA, pool (PWK_POOL_VMA)->next); }

static void
alloc_unplanned (void)
{
  pool (PWK_POOL_BIO)->record_size = 0;
  pwk_pool_alloc (m, PWK_POOL_BIO);
}

/* The chain of free records leads to one that was never handed out. */
static void
alloc_astray (void)
{
  pool (PWK_POOL_BIO)->free = pool (PWK_POOL_BIO)->next + 7;
  pwk_pool_alloc (m, PWK_POOL_BIO);
}

static void
free_twice (void)
{
  PwkIndex bio = pwk_pool_alloc (m, PWK_POOL_BIO);

  pwk_pool_alloc (m, PWK_POOL_BIO);
  pwk_pool_free (m, PWK_POOL_BIO, bio);
  pwk_pool_free (m, PWK_POOL_BIO, bio);
}

static void
free_more_than_there_are (void)
{
  PwkIndex bio = pwk_pool_alloc (m, PWK_POOL_BIO);

  pool (PWK_POOL_BIO)->n_used = 0;
  pwk_pool_free (m, PWK_POOL_BIO, bio);
}

/* --- events and time --- */

static void happens_no_kind (void) { uint64_t n; pwk_event_happens (m, PWK_N_EVENTS, &n); }
static void happens_on_no_cpu (void) { m->st->cur_cpu = m->st->n_cpus; pwk_emit_tick (m, 1); }
static void deliver_unnumbered (void) { pwk_event_deliver (m, PWK_EV_TICK, 0, (const uint64_t[PWK_EVENT_ARGS]) { 0 }); }
static void deliver_to_come (void) { pwk_event_deliver (m, PWK_EV_TICK, m->st->n_events + 1, (const uint64_t[PWK_EVENT_ARGS]) { 0 }); }
static void open_to_come (void) { pwk_event_open (m, m->st->n_events + 1); }
static void want_no_kind (void) { pwk_machine_want (m, PWK_N_EVENTS, true); }
static void want_below_all (void) { pwk_machine_want (m, -2, true); }
static void count_no_kind (void) { pwk_event_count (m, PWK_N_EVENTS); }
static void cost_no_kind (void) { pwk_cost_set (m, PWK_N_EVENTS, 1); }
static void name_of_no_event (void) { pwk_event_from_name (NULL); }
static void pressure_of_no_kind (void) { PwkPressure what; pwk_event_pressure (&(PwkEvent) { .kind = PWK_N_EVENTS }, &what); }
static void random_without_seed (void) { m->st->rng = 0; pwk_random (m); }

/* Its own cause is open when it is told. */
static void
deliver_own_cause (void)
{
  m->st->cause = m->st->n_events;
  pwk_event_deliver (m, PWK_EV_TICK, m->st->n_events, (const uint64_t[PWK_EVENT_ARGS]) { 0 });
}

static void close_to_come (void) { pwk_event_close (m, m->st->n_events + 1); }

/* --- long calls --- */

static void step_nothing (void) { m->st->op.kind = PWK_OP_NONE; pwk_op_step (m); }
static void step_no_kind (void) { m->st->op.kind = PWK_N_OPS; pwk_op_step (m); }
/* Who holds the trace steps it. */
static void step_access (void) { m->st->op.kind = PWK_OP_ACCESS; pwk_op_step (m); }
static void tick_within (void) { m->st->op.kind = PWK_OP_TOUCH; pwk_op_tick (m, 1); }

/* --- locks --- */

static void lock_without_name (void) { PwkSpinlock lock = { 0 }; pwk_lock (m, &lock, NULL); }
static void lock_of_no_cpu (void) { PwkSpinlock lock = { .holder = m->st->n_cpus + 1 }; pwk_lock (m, &lock, "zone->lock"); }
static void lock_again (void) { PwkSpinlock lock = { .holder = m->st->cur_cpu + 1 }; pwk_lock_slow (m, &lock, "zone->lock"); }
static void unlock_others (void) { PwkSpinlock lock = { .holder = m->st->cur_cpu + 2 }; pwk_unlock (m, &lock); }

/* --- refusals, tasks, host memory --- */

static void refuse_negative (void) { pwk_refuse (m, -22, PWK_WHY_UNALIGNED); }
static void refuse_with_no_errno (void) { pwk_refuse (m, 4096, PWK_WHY_UNALIGNED); }
static void refuse_for_no_reason (void) { pwk_refuse (m, 22, PWK_N_REFUSALS); }
static void reason_without_name (void) { pwk_refusal_from_name (NULL); }
static void task_behind_the_last (void) { pwk_task_next (m, m->st->last_task + 1); }
static void host_without_limit (void) { m->host_limit = 0; pwk_host_memory_is_over (m); }

/* --- names, the log, tables --- */

static void string_beyond (void) { pwk_string (m, (PwkIndex) m->st->n_strings_bytes); }
static void intern_nothing (void) { pwk_string_fits (m, NULL); }
static void intern_overfull (void) { m->st->n_strings_bytes = PWK_STRING_BYTES; pwk_string_intern (m, "x"); }
static void print_in_no_form (void) { pwk_printk (m, 0, "x"); }
static void print_two_lines (void) { pwk_printk (m, PWK_LOG_BOTH, "one\ntwo"); }
static void log_in_no_form (void) { pwk_log_print (m, 4, false, NULL); }

/* The log's head says that a statement's lines begin behind its end. */
static void
log_torn (void)
{
  uint64_t *head;

  pwk_printk (m, PWK_LOG_BOTH, "x");
  head = pwk_arena_edit (&m->arena, PWK_REGION_LOG, 0);
  head[2] = head[0] + 1;
  pwk_log_print (m, PWK_LOG_BOTH, false, NULL);
}

static const PwkTextColumn columns[] = { { "A", 4, 0 } };

static void
cell_too_many (void)
{
  g_autoptr(GString) out = g_string_new (NULL);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_text_table_cell (&table, "1");
  pwk_text_table_cell (&table, "2");
}

static void
heads_within (void)
{
  g_autoptr(GString) out = g_string_new (NULL);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_text_table_cell (&table, "1");
  pwk_text_table_heads (&table);
}

static void heads_of_nothing (void) { PwkTextTable table = { .columns = columns }; pwk_text_table_heads (&table); }

/* --- descriptions of machines --- */

static void set_without_value (void) { pwk_config_builder_set (pwk_config_builder_new (), "memory", NULL, NULL); }
static void number_of_none (void) { uint64_t n; pwk_config_parse_number ("cpus", "1", 2, 1, &n, NULL); }
static void movable_within (void) { pwk_config_movable (m->config, PWK_PAGEBLOCK_PAGES + 1); }
static void rule_beyond (void) { pwk_rule_holds (m->profile, 100000); }

const Door doors[] = {
  { "arena/touch-before", 2, touch_before }, { "arena/touch-beyond", 0, touch_beyond }, { "arena/touch-nothing", 2, touch_nothing },
  { "arena/touch-at-once", 2, touch_at_once }, { "arena/read-beyond", 2, read_beyond }, { "arena/region", 2, edit_no_region },
  { "arena/save", 1, save_cleared }, { "arena/hash", 1, hash_cleared }, { "arena/used", 1, used_cleared }, { "arena/init", 1, init_stateless },
  { "arena/restore", 1, restore_cleared }, { "arena/restore-larger", 1, restore_larger }, { "arena/restore-chunk", 0, restore_chunk_beyond },
  { "arena/ref", 1, ref_without_entries },
  { "pool/alloc", 2, alloc_from_no_pool }, { "pool/has", 2, has_no_pool }, { "pool/get-beyond", 2, get_beyond }, { "pool/edit-0", 2, edit_nobody },
  { "pool/edit-beyond", 2, edit_beyond }, { "pool/free-0", 0, free_nobody }, { "pool/free-beyond", 0, free_beyond },
  { "pool/unplanned", 2, alloc_unplanned }, { "pool/astray", 2, alloc_astray }, { "pool/free-twice", 2, free_twice },
  { "pool/count", 0, free_more_than_there_are },
  { "event/kind", 2, happens_no_kind }, { "event/cpu", 2, happens_on_no_cpu }, { "event/unnumbered", 2, deliver_unnumbered },
  { "event/to-come", 2, deliver_to_come }, { "event/open", 2, open_to_come }, { "event/own-cause", 2, deliver_own_cause },
  { "event/close", 2, close_to_come }, { "event/want", 1, want_no_kind }, { "event/want-below", 1, want_below_all },
  { "event/count", 1, count_no_kind }, { "event/cost", 1, cost_no_kind }, { "event/name", 1, name_of_no_event },
  { "event/pressure", 1, pressure_of_no_kind }, { "machine/random", 1, random_without_seed },
  { "op/none", 1, step_nothing }, { "op/kind", 1, step_no_kind }, { "op/access", 1, step_access }, { "op/within", 1, tick_within },
  { "lock/name", 1, lock_without_name }, { "lock/cpu", 1, lock_of_no_cpu }, { "lock/again", 1, lock_again }, { "lock/others", 2, unlock_others },
  { "refuse/errno", 2, refuse_with_no_errno }, { "refuse/negative", 2, refuse_negative },
  { "refuse/beyond", 2, refuse_for_no_reason }, { "refuse/name", 1, reason_without_name }, { "task/last", 2, task_behind_the_last },
  { "host/limit", 1, host_without_limit },
  { "string/beyond", 1, string_beyond }, { "string/null", 1, intern_nothing },
  { "string/full", 1, intern_overfull }, { "log/form", 1, print_in_no_form }, { "log/lines", 1, print_two_lines },
  { "log/print", 1, log_in_no_form }, { "log/torn", 1, log_torn }, { "table/cells", 1, cell_too_many }, { "table/heads", 1, heads_within },
  { "table/empty", 1, heads_of_nothing },
  { "config/value", 1, set_without_value }, { "config/number", 1, number_of_none }, { "config/movable", 1, movable_within },
  { "profile/rule", 1, rule_beyond },
  { NULL },
};

PwkMachine *
doors_machine (void)
{
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };

  m = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  g_assert_cmpuint (pwk_process_new (m, "A", 0, &spec, NULL), >, 0);
  return m;
}
