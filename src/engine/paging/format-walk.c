/* format-walk.c - the formats by name, and the steps that all their walks take
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A walk by these rules is the manual's, written for each family from its own pages and from
 * nothing of the engine's, so that the engine's own walk (walk.c) can be held against it. Entries
 * come from a function, so tables may lie anywhere.
 */
#include "engine/paging/format-walk.h"

#include <string.h>

static const PwkFormatName names[] = {
  { "x86-64", &pwk_format_x86_64, PWK_LEVEL_P4D },
  { "x86-64-la57", &pwk_format_x86_64, PWK_LEVEL_PGD },
  { "x86-32", &pwk_format_x86_32, PWK_LEVEL_PMD },
  { "x86-pae", &pwk_format_x86_pae, PWK_LEVEL_PUD },
  { "textbook", &pwk_format_textbook, PWK_LEVEL_PMD },
  { "alpha", &pwk_format_alpha, PWK_LEVEL_PUD },
  { "arm64-4k", &pwk_format_arm64_4k, PWK_LEVEL_P4D },
  { "arm64-16k", &pwk_format_arm64_16k, PWK_LEVEL_P4D },
  { "arm64-64k", &pwk_format_arm64_64k, PWK_LEVEL_PUD },
  { "riscv-sv39", &pwk_format_riscv, PWK_LEVEL_PUD },
  { "riscv-sv48", &pwk_format_riscv, PWK_LEVEL_P4D },
  { "riscv-sv57", &pwk_format_riscv, PWK_LEVEL_PGD },
};

const PwkFormatName *
pwk_format_names (unsigned *n)
{
  *n = G_N_ELEMENTS (names);
  return names;
}

const PwkFormatName *
pwk_format_find (const char *name)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].name, name) == 0)
      return &names[i];
  return NULL;
}

/* All controls are flags but pkru, which has two bits for each of 16 keys. */
bool
pwk_controls_set (PwkControls *controls, const char *name, uint64_t value)
{
  const struct { const char *name; bool *flag; } flags[] = {
    { "wp", &controls->wp }, { "smep", &controls->smep }, { "smap", &controls->smap }, { "ac", &controls->ac }, { "nxe", &controls->nxe },
    { "ha", &controls->ha }, { "hd", &controls->hd }, { "pan", &controls->pan },
    { "sum", &controls->sum }, { "mxr", &controls->mxr }, { "adue", &controls->adue }, { "svnapot", &controls->svnapot },
  };

  if (strcmp (name, "pkru") == 0)
    {
      controls->pkru = (uint32_t) value;
      return true;
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (flags); i++)
    if (strcmp (flags[i].name, name) == 0)
      {
        *flags[i].flag = value != 0;
        return true;
      }
  return false;
}

/* The height is the name's: one format serves several. */
void
pwk_format_walk (const PwkFormatName *name, PwkFormatAccess *access, PwkFormatWalk *walk)
{
  memset (walk, 0, sizeof *walk);
  access->top = name->top;
  name->format->walk (name->format, access, walk);
}

unsigned
pwk_format_fault_words (const PwkFormatName *name, const PwkFormatAccess *access, const PwkFormatWalk *walk, PwkFaultWord words[PWK_MAX_FAULT_WORDS])
{
  return name->format->fault_words (access, walk, words);
}

/* --- steps --- */

/* A read is a step even if the entry is none: the level at which a walk ended is known from it. */
uint64_t
pwk_walk_read (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk, PwkPhys table, PwkLevel level)
{
  unsigned index = pwk_level_index (format, access->va, level);
  uint64_t bits = access->read (access->data, table, index);

  walk->step[walk->n_steps++] = (PwkFormatStep) { table, (uint16_t) index, level, bits, bits };
  walk->level = format->level_name[level];
  return bits;
}

/* Low bits of the frame that a large page leaves out are the address's. */
void
pwk_walk_end (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk, const PwkEntryKind *kind, PwkPfn pfn)
{
  uint64_t size = (uint64_t) 1 << kind->size_shift;

  walk->ok = true;
  walk->page = kind->name;
  walk->pa = (pfn << pwk_level_shift (format, PWK_LEVEL_PTE) & ~(size - 1)) | (access->va & (size - 1));
}

/* Accessed bits that were to be set are taken back: a processor marks entries when the walk has
 * succeeded. */
void
pwk_walk_fail (PwkFormatWalk *walk, PwkFormatFault fault)
{
  walk->fault = fault;
  for (unsigned i = 0; i < walk->n_steps; i++)
    walk->step[i].after = walk->step[i].bits;
}
