/* calls-lab.c - what the laboratory does to a machine
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/lab.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/phys/contents.h"
#include "engine/virt/vma.h"
#include "scenario/runner-private.h"

static void
emit_lab (PwkCall *call, const char *what, uint64_t a, uint64_t b)
{
  pwk_emit_lab (call->machine, pwk_string_intern (call->machine, what), a, b);
}

static void
run_set_pte (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);

  if (!task)
    return;
  pwk_return_syscall (call, pwk_lab_set_pte (call->machine, task, pwk_num (call, 1, 0), pwk_num (call, 2, 0)));
}

static void
run_invlpg (PwkCall *call)
{
  pwk_invlpg (call->machine, call->machine->st->cur_cpu, pwk_num (call, 0, 0));
}

static void
run_find_vma (PwkCall *call)
{
  PwkIndex mm = pwk_task (call->machine, call->task)->mm;
  PwkIndex vma = mm ? pwk_find_vma_told (call->machine, mm, pwk_num (call, 0, 0)) : 0;

  pwk_return_pointer (call, vma ? pwk_vma (call->machine, vma)->vm_start : 0);
}

static void
run_context (PwkCall *call)
{
  static const char *const names[PWK_N_CONTEXTS + 1] = { "process", "softirq", "irq", "block", "fs", NULL };
  const char *word = pwk_str (call, 0);

  for (uint32_t i = 0; word && names[i]; i++)
    if (strcmp (word, names[i]) == 0)
      {
        emit_lab (call, "context", i, call->machine->st->cur_cpu);
        pwk_cpu_edit (call->machine)->context = (uint16_t) i;
        return;
      }
  pwk_return_impossible (call, _("expected process, softirq, irq, block or fs"));
}

static void
run_cost (PwkCall *call)
{
  int kind = pwk_event_from_name (pwk_str (call, 0));

  if (kind < 0)
    pwk_return_no_event (call, pwk_str (call, 0));
  else if (pwk_num (call, 1, 0) > UINT32_MAX)
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
  else
    {
      emit_lab (call, "cost", (uint64_t) kind, pwk_num (call, 1, 0));
      pwk_cost_set (call->machine, (PwkEventKind) kind, (uint32_t) pwk_num (call, 1, 0));
    }
}

static void
run_break_kernel (PwkCall *call)
{
  static const struct { const char *name; uint64_t flag; } parts[] = {
    { "no_shootdown", PWK_BROKEN_NO_SHOOTDOWN }, { "no_zeroing", PWK_BROKEN_NO_ZEROING }, { "no_cow", PWK_BROKEN_NO_COW },
  };
  bool on;

  if (!pwk_call_switch (call, 1, true, &on))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (parts[i].name, pwk_str (call, 0)) == 0)
      {
        emit_lab (call, parts[i].name, on, 0);
        if (on)
          call->machine->st->lab_flags |= parts[i].flag;
        else
          call->machine->st->lab_flags &= ~parts[i].flag;
        return;
      }
  pwk_return_impossible (call, _("expected \"no_shootdown\", \"no_zeroing\" or \"no_cow\", not \"%s\""), pwk_str (call, 0));
}

/* The counts that replay and tlb_stats () show begin anew; what the TLBs hold stays. */
static void
run_reset_stats (PwkCall *call)
{
  const uint64_t only = pwk_num (call, 0, 0), end = pwk_has (call, 0) ? only + 1 : call->machine->st->n_cpus;

  if (!pwk_call_has_cpu (call, only))
    return;
  emit_lab (call, "reset_stats", only, end);
  for (uint64_t cpu = only; cpu < end; cpu++)
    {
      PwkCpu *c = &call->machine->st->cpus[cpu];

      c->l1i_hits = c->l1i_misses = c->l1d_hits = c->l1d_misses = c->stlb_hits = c->stlb_misses = 0;
      c->walks_instr = c->walks_data = c->walk_refs = c->walk_refs_pwc = 0;
    }
}

static void
run_bookmark (PwkCall *call)
{
  if (pwk_call_has_room_for (call, pwk_str (call, 0)))
    emit_lab (call, "bookmark", pwk_string_intern (call->machine, pwk_str (call, 0)), 0);
}

static void
run_branch (PwkCall *call)
{
  if (pwk_call_has_room_for (call, pwk_str (call, 0)))
    emit_lab (call, "branch", pwk_string_intern (call->machine, pwk_str (call, 0)), pwk_num (call, 1, 0));
}

/* --- peek --- */

#define PEEK_LINE  16
#define PEEK_MAX   ((uint64_t) 1 << 20)

/* The frame behind @addr, without touching anything; PWK_NO_PFN if no entry leads there. */
static PwkPfn
frame_behind (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte entry;

  if (ref.table == PWK_NO_PFN)
    return PWK_NO_PFN;
  entry = pwk_entry_get (machine, ref);
  if (!pwk_pte_present (entry) || (ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (entry)))
    return PWK_NO_PFN;
  return pwk_leaf_pfn (machine->format, entry, (PwkLevel) ref.level)
         + ((addr & (pwk_level_size (machine->format, (PwkLevel) ref.level) - 1)) >> PWK_PAGE_SHIFT);
}

/* "7ffff7ff5000  48 65 6c … |Hel…|", as hexdump -C. */
static void
print_bytes (GString *out, PwkVaddr addr, const uint8_t *bytes, unsigned n)
{
  g_string_append_printf (out, "%012" G_GINT64_MODIFIER "x ", addr);
  for (unsigned i = 0; i < PEEK_LINE; i++)
    {
      g_string_append (out, i == PEEK_LINE / 2 ? "  " : " ");
      if (i < n)
        g_string_append_printf (out, "%02x", bytes[i]);
      else
        g_string_append (out, "  ");
    }
  g_string_append (out, "  |");
  for (unsigned i = 0; i < n; i++)
    g_string_append_c (out, g_ascii_isprint (bytes[i]) ? (char) bytes[i] : '.');
  g_string_append (out, "|\n");
}

/* One line or, where the page is not there, the rest of the page. Returns how many bytes that were. */
static uint64_t
peek_piece (PwkCall *call, GString *out, PwkIndex mm, PwkVaddr addr, uint64_t left)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];
  uint64_t in_page = PWK_PAGE_SIZE - (addr & (PWK_PAGE_SIZE - 1));
  PwkPfn pfn = frame_behind (call->machine, mm, addr);
  unsigned n = (unsigned) MIN (MIN (left, in_page), PEEK_LINE - addr % PEEK_LINE);
  const uint8_t *bytes;

  if (pfn == PWK_NO_PFN)
    {
      g_string_append_printf (out, "%012" G_GINT64_MODIFIER "x  not present\n", addr);
      return MIN (left, in_page);
    }
  bytes = pwk_frame_bytes (call->machine, pfn);
  print_bytes (out, addr, (bytes ? bytes : zeros) + (addr & (PWK_PAGE_SIZE - 1)), n);
  return n;
}

static void
run_peek (PwkCall *call)
{
  PwkIndex task = pwk_call_task (call, 0);
  PwkVaddr addr = pwk_num (call, 1, 0);
  uint64_t left = MIN (pwk_num (call, 2, PEEK_LINE), PEEK_MAX);
  GString *out;

  if (!task)
    return;
  out = pwk_return_dump (call);
  if (!pwk_task (call->machine, task)->mm)
    return;
  while (left > 0)
    {
      uint64_t n = peek_piece (call, out, pwk_task (call->machine, task)->mm, addr, left);

      addr += n;
      left -= n;
    }
}

#define LAB(name, signature, summary, example, params, flags, run) \
  { { name, signature, summary, example, PWK_CALL_LAB, false }, params, flags, run }

const PwkCallDef pwk_calls_lab[] = {
  LAB ("set_pte", "set_pte(A, addr, value)", N_("write a page-table entry by hand"), "set_pte(A, 0x401000, 0)", "process:p addr value", 0,
       run_set_pte),
  LAB ("invlpg", "invlpg(addr, cpu=)", N_("drop one page from the TLBs of one CPU"), "invlpg(0x401000)", "addr cpu=",
       PWK_CALL_KERNEL_SIDE | PWK_CALL_NO_RESULT, run_invlpg),
  { { "find_vma", "find_vma(addr) = start", N_("search the region that ends above an address, and show the way there"),
      "[A] find_vma(0x401000)", PWK_CALL_LAB, true }, "addr", 0, run_find_vma },
  LAB ("context", "context(process|softirq|irq|block|fs, cpu=)", N_("say in what context the kernel's calls of a CPU come from now on"),
       "context(irq)", "what:w cpu=", PWK_CALL_KERNEL_SIDE | PWK_CALL_NO_RESULT, run_context),
  LAB ("cost", "cost(\"event\", ns)", N_("set how long an event takes in simulated time"), "cost(\"tlb_miss\", 7)", "event:s ns",
       PWK_CALL_NO_RESULT, run_cost),
  LAB ("break_kernel", "break_kernel(\"what\", on|off)", N_("leave out a step of the kernel's, to see what it is good for"),
       "break_kernel(\"no_shootdown\", on)", "what:s how:w?", PWK_CALL_NO_RESULT, run_break_kernel),
  LAB ("reset_stats", "reset_stats(cpu=)", N_("let the counts of tlb_stats() begin anew, of one CPU or of all"), "reset_stats()", "cpu?",
       PWK_CALL_NO_RESULT, run_reset_stats),
  LAB ("bookmark", "bookmark(\"note\")", N_("mark this moment on the time line"), "bookmark(\"before the fault\")", "note:s",
       PWK_CALL_NO_RESULT, run_bookmark),
  LAB ("branch", "branch(\"name\", after=N)", N_("name another course of events that begins after an event"), "branch(\"what if\", after=100)",
       "name:s after=", PWK_CALL_NO_RESULT, run_branch),
  LAB ("peek", "peek(A, addr, n=16) == <<BYTES", N_("show the bytes of a process's memory, without an access"), "peek(A, 0x401000, 32)",
       "process:p addr n?", PWK_CALL_IS_DUMP, run_peek),
  { { NULL } },
};
