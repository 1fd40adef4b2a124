/* tlb-model.c - the translation lookaside buffers and page-walk caches of one cpu
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/tlb-model.h"

#include "engine/core/event-args.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/process.h"
#include "views/frames.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

#define NO_SET UINT32_MAX

/* --- tabs --- */

static void
count_hits (const PwkCpu *cpu, PwkTlbTab *tab)
{
  switch (tab->id)
    {
    case PWK_TLB_L1I:
    case PWK_TLB_L1I2M:
      tab->hits = cpu->l1i_hits;
      tab->misses = cpu->l1i_misses;
      break;
    case PWK_TLB_L1D:
    case PWK_TLB_L1D2M:
      tab->hits = cpu->l1d_hits;
      tab->misses = cpu->l1d_misses;
      break;
    case PWK_TLB_STLB:
      tab->hits = cpu->stlb_hits;
      tab->misses = cpu->stlb_misses;
      break;
    default:
      break;
    }
}

static void
add_tab (const PwkMachine *machine, PwkTlbModel *model, unsigned id)
{
  PwkTlbShape shape = id < PWK_TLB_TAB_PWC
                          ? pwk_tlb_shape (machine, model->cpu, (PwkTlbId) id)
                          : pwk_pwc_shape (machine, model->cpu, (PwkPwcId) (id - PWK_TLB_TAB_PWC));
  PwkTlbTab *tab = &model->tabs[model->n_tabs];

  if (shape.n_sets == 0 || shape.n_ways == 0)
    return;
  *tab = (PwkTlbTab){ .id = (uint8_t) id,
                      .n_sets = shape.n_sets,
                      .n_ways = shape.n_ways,
                      .n_valid = shape.n_valid,
                      .policy = (uint8_t) shape.policy };
  count_hits (&machine->st->cpus[model->cpu], tab);
  model->n_tabs++;
}

static int
tab_of (const PwkTlbModel *model, unsigned id)
{
  for (uint32_t i = 0; i < model->n_tabs; i++)
    if (model->tabs[i].id == id)
      return (int) i;

  return -1;
}

/* The structure that a selection names: the tab itself, a set, a way; -1 none. */
static int
focus_of_selection (const PwkTlbModel *model, uint64_t selection)
{
  const PwkThingParts selected = pwk_thing_parts (selection);

  switch ((int) selected.thing)
    {
    case PWK_THING_TLB:
    case PWK_THING_TLB_SET:
    case PWK_THING_TLB_WAY:
      return tab_of (model, selected.level);
    case PWK_THING_WALK_CACHE:
      return tab_of (model, PWK_TLB_TAB_PWC + selected.level);
    default:
      return -1;
    }
}

/* --- the lookup --- */

static bool
is_of_cpu (const PwkEvent *event, unsigned cpu)
{
  switch (event->kind)
    {
    case PWK_EV_TLB_HIT:
    case PWK_EV_TLB_FLUSH:
      return pwk_arg (event, TLB_HIT, cpu) == cpu;
    case PWK_EV_TLB_MISS:
      return pwk_arg (event, TLB_MISS, cpu) == cpu;
    case PWK_EV_TLB_FILL:
    case PWK_EV_TLB_EVICT:
      return pwk_arg (event, TLB_FILL, cpu) == cpu;
    case PWK_EV_INVLPG:
      return pwk_arg (event, INVLPG, cpu) == cpu;
    case PWK_EV_TLB_SHOOTDOWN:
      return pwk_arg (event, TLB_SHOOTDOWN, from) == cpu ||
             pwk_arg (event, TLB_SHOOTDOWN, to) == cpu;
    case PWK_EV_CR3_WRITE:
      return pwk_arg (event, CR3_WRITE, cpu) == cpu;
    default:
      return false;
    }
}

/* The size of the page that was looked for, as far as a TLB knows it now: the set depends on it. */
static bool
is_large (const PwkMachine *machine, const PwkTlbModel *model)
{
  PwkTlbId id;
  unsigned set, way;

  return pwk_tlb_where (machine, model->cpu, model->looked_for, model->fetch, &id, &set, &way) &&
         pwk_tlb_way (machine, model->cpu, id, set, way).page_size >= PWK_PMD_SIZE;
}

/* The newest hit or miss on this cpu. */
static void
find_lookup (const PwkObservation *observation, PwkTlbModel *model)
{
  for (uint32_t i = observation->n_events; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (!is_of_cpu (event, model->cpu) ||
          (event->kind != PWK_EV_TLB_HIT && event->kind != PWK_EV_TLB_MISS))
        continue;
      model->has_lookup = true;
      model->looked_for = pwk_arg (event, TLB_HIT, addr);
      model->hit = event->kind == PWK_EV_TLB_HIT;
      if (model->hit)
        {
          model->hit_id = (uint8_t) pwk_arg (event, TLB_HIT, structure);
          model->fetch = model->hit_id == PWK_TLB_L1I || model->hit_id == PWK_TLB_L1I2M;
        }
      else
        model->fetch = pwk_arg (event, TLB_MISS, side) == 0;
      model->large = is_large (observation->machine, model);
      return;
    }
}

static void
mark_asked (PwkTlbModel *model)
{
  for (uint32_t i = 0; i < model->n_tabs; i++)
    {
      unsigned id = model->tabs[i].id;
      bool side = model->fetch ? id == PWK_TLB_L1I || id == PWK_TLB_L1I2M
                               : id == PWK_TLB_L1D || id == PWK_TLB_L1D2M;
      bool second = id == PWK_TLB_STLB && (!model->hit || model->hit_id == PWK_TLB_STLB);

      model->tabs[i].looked = model->has_lookup && (side || second);
    }
}

/* Selected by hand, else where the last lookup was answered, else the data side's first level. */
static void
choose_focus (PwkTlbModel *model, uint64_t selection)
{
  int focus = focus_of_selection (model, selection);

  model->chosen = focus >= 0;
  if (focus < 0 && model->has_lookup)
    focus = tab_of (model, model->hit ? model->hit_id : model->fetch ? PWK_TLB_L1I : PWK_TLB_L1D);
  if (focus < 0)
    focus = tab_of (model, PWK_TLB_L1D);
  model->focus = focus >= 0 ? (uint32_t) focus : 0;
}

/* --- ways --- */

static uint8_t
use_of (const PwkMachine *machine, PwkPfn pfn)
{
  PwkFrame frame;

  if (pfn >= machine->st->max_pfn)
    return PWK_ROLE_KERNEL;
  frame = pwk_frame_look (machine, pfn);
  return (uint8_t) pwk_frame_role (machine, &frame, PWK_COLOUR_BY_USE);
}

static PwkTlbCell
look_at_way (const PwkMachine *machine,
             const PwkTlbModel *model,
             const PwkTlbTab *tab,
             unsigned set,
             unsigned way)
{
  PwkTlbCell cell = { 0 };

  if (tab->id < PWK_TLB_TAB_PWC)
    cell.way = pwk_tlb_way (machine, model->cpu, (PwkTlbId) tab->id, set, way);
  else
    {
      PwkPwcWay pwc =
          pwk_pwc_way (machine, model->cpu, (PwkPwcId) (tab->id - PWK_TLB_TAB_PWC), set, way);

      cell.way = (PwkTlbWay){ .valid = pwc.valid,
                              .pcid = pwc.pcid,
                              .vpn = pwc.key,
                              .addr = pwc.addr,
                              .pfn = pwc.table,
                              .age = pwc.age,
                              .page_size = pwk_level_size (
                                  machine->format,
                                  pwk_pwc_level ((PwkPwcId) (tab->id - PWK_TLB_TAB_PWC))) };
    }
  cell.role = PWK_ROLE_PAGE_TABLE;
  if (cell.way.valid && tab->id < PWK_TLB_TAB_PWC)
    cell.role = use_of (machine, cell.way.pfn);
  if (cell.way.valid && cell.way.mm != 0 && pwk_mm (machine, cell.way.mm)->owner != 0)
    cell.pid = pwk_task (machine, pwk_mm (machine, cell.way.mm)->owner)->pid;

  return cell;
}

static void
compare_cell (const PwkTlbModel *model, PwkTlbCell *cell)
{
  if (!cell->way.valid || cell->way.page_size == 0)
    return;
  cell->tag_equal = cell->way.addr == (model->looked_for & ~(cell->way.page_size - 1));
  cell->pcid_equal = cell->way.global || cell->way.pcid == model->pcid;
}

static void
fill_cells (const PwkMachine *machine, PwkTlbModel *model)
{
  const PwkTlbTab *tab = pwk_tlb_focus (model);
  bool tlb = tab->id < PWK_TLB_TAB_PWC;

  model->lookup_set = NO_SET;
  if (model->has_lookup && tlb)
    model->lookup_set =
        pwk_tlb_set_of (machine, model->cpu, (PwkTlbId) tab->id, model->looked_for,
                        tab->id == PWK_TLB_L1I2M || tab->id == PWK_TLB_L1D2M || model->large);
  model->cells = g_new (PwkTlbCell, tab->n_sets * tab->n_ways);
  for (uint32_t set = 0; set < tab->n_sets; set++)
    for (uint32_t way = 0; way < tab->n_ways; way++)
      {
        PwkTlbCell *cell = &model->cells[set * tab->n_ways + way];

        *cell = look_at_way (machine, model, tab, set, way);
        if (set == model->lookup_set)
          compare_cell (model, cell);
        if (model->hit && set == model->lookup_set && cell->tag_equal && cell->pcid_equal &&
            tab->id == model->hit_id)
          cell->deed = PWK_WAY_HIT;
      }
}

/* --- events --- */

static void
mark_cell (PwkTlbModel *model, uint64_t id, uint64_t set, uint64_t way, PwkWayDeed deed)
{
  const PwkTlbTab *tab = pwk_tlb_focus (model);

  if (id == tab->id && set < tab->n_sets && way < tab->n_ways)
    {
      PwkTlbCell *cell = &model->cells[set * tab->n_ways + way];

      cell->deed = (uint8_t) MAX (cell->deed, deed);
    }
}

/* The last eviction and fill of the structure in focus that are just now. */
static void
note_turn (PwkTlbModel *model, const PwkObservation *observation)
{
  PwkTlbTurn *turn = &model->turn;
  uint32_t n_now;
  const PwkEvent *now = pwk_observation_now (observation, &n_now);

  for (uint32_t i = 0; i < n_now; i++)
    {
      bool evict = now[i].kind == PWK_EV_TLB_EVICT;

      if ((!evict && now[i].kind != PWK_EV_TLB_FILL) || !is_of_cpu (&now[i], model->cpu) ||
          pwk_arg (&now[i], TLB_FILL, structure) != pwk_tlb_focus (model)->id)
        continue;
      if (evict)
        *turn = (PwkTlbTurn){ .evicted = true, .vpn = pwk_arg (&now[i], TLB_EVICT, vpn) };
      turn->filled = !evict;
      turn->set = (uint32_t) pwk_arg (&now[i], TLB_FILL, set);
      turn->way = (uint32_t) pwk_arg (&now[i], TLB_FILL, way);
    }
  turn->leaves = turn->evicted && !turn->filled;
}

static void
note_event (PwkTlbModel *model, const PwkEvent *event)
{
  if (!is_of_cpu (event, model->cpu))
    return;
  switch (event->kind)
    {
    case PWK_EV_TLB_FILL:
      mark_cell (model, pwk_arg (event, TLB_FILL, structure), pwk_arg (event, TLB_FILL, set),
                 pwk_arg (event, TLB_FILL, way), PWK_WAY_FILLED);
      break;
    case PWK_EV_TLB_EVICT:
      mark_cell (model, pwk_arg (event, TLB_EVICT, structure), pwk_arg (event, TLB_EVICT, set),
                 pwk_arg (event, TLB_EVICT, way), PWK_WAY_EVICTED_INTO);
      model->n_evicted++;
      model->evicted_vpn = pwk_arg (event, TLB_EVICT, vpn);
      break;
    case PWK_EV_TLB_FLUSH:
      model->n_flushes++;
      model->n_flushed += (uint32_t) pwk_arg (event, TLB_FLUSH, entries);
      break;
    case PWK_EV_TLB_SHOOTDOWN:
      model->n_shootdowns++;
      break;
    default:
      break;
    }
}

gpointer
pwk_tlb_build (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkTlbModel *model = g_new0 (PwkTlbModel, 1);
  const PwkCpu *cpu;

  model->cpu = params->cpu >= 0 && (uint32_t) params->cpu < machine->st->n_cpus
                   ? (unsigned) params->cpu
                   : machine->st->cur_cpu;
  model->n_cpus = machine->st->n_cpus;
  model->now = observation->n_chain > 0 ? (uint16_t) observation->chain[0].kind : 0;
  model->addr_bits = pwk_addr_bits (machine->format, pwk_top_level (machine));
  cpu = &machine->st->cpus[model->cpu];
  model->pcid = cpu->cr3 & 0xfff;
  model->running = pwk_words_task (machine, cpu->task);
  model->walks = cpu->walks_data + cpu->walks_instr;
  model->walk_refs = cpu->walk_refs;
  model->walk_refs_pwc = cpu->walk_refs_pwc;
  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    add_tab (machine, model, id);
  model->has_walk_caches = machine->config->tlb.pwc;
  for (unsigned id = 0; id < PWK_N_PWCS && model->has_walk_caches; id++)
    add_tab (machine, model, PWK_TLB_TAB_PWC + id);
  model->shootdown = pwk_recorded_shootdown (observation);
  if (model->n_tabs == 0)
    return model;

  find_lookup (observation, model);
  mark_asked (model);
  choose_focus (model, params->selection);
  fill_cells (machine, model);
  for (uint32_t i = 0; i < observation->n_events; i++)
    note_event (model, &observation->events[i]);
  note_turn (model, observation);
  return model;
}

void
pwk_tlb_free (gpointer data)
{
  PwkTlbModel *model = data;

  g_free (model->cells);
  g_free (model->running);
  pwk_shootdown_clear (&model->shootdown);
  g_free (model);
}

char *
pwk_tlb_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkTlbModel *model = data;
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < model->n_tabs; i++)
    g_string_append_printf (text, "%s\t%u\t%u\t%u\t%llu\t%llu\n", pwk_words_tlb (model->tabs[i].id),
                            model->tabs[i].n_sets, model->tabs[i].n_ways, model->tabs[i].n_valid,
                            PWK_N (model->tabs[i].hits), PWK_N (model->tabs[i].misses));
  if (model->n_tabs == 0)
    return g_string_free (text, FALSE);

  g_string_append (text, "set\tway\tvpn\tpfn\tpcid\trights\tage\n");
  for (uint32_t i = 0; i < pwk_tlb_focus (model)->n_sets * pwk_tlb_focus (model)->n_ways; i++)
    {
      const PwkTlbWay *way = &model->cells[i].way;

      if (way->valid)
        g_string_append_printf (
            text, "%u\t%u\t0x%llx\t%llu\t%s%u\t%s%s%s%s\t%u\n", i / pwk_tlb_focus (model)->n_ways,
            i % pwk_tlb_focus (model)->n_ways, PWK_N (way->vpn), PWK_N (way->pfn),
            way->global ? "G " : "", way->pcid, way->us ? "u" : "k", way->rw ? "w" : "-",
            way->nx ? "-" : "x", way->dirty ? "d" : "-", way->age);
    }

  return g_string_free (text, FALSE);
}
