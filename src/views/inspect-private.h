/* inspect-private.h - what the inspector's files share: rows, and whether something has just
 * changed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/event-args.h"
#include "engine/phys/zone.h"
#include "views/inspect.h"
#include "views/view-common.h"
#include "views/words.h"

/* A model while it is built. */
typedef struct
{
  const PwkObservation   *observation;
  const PwkMachine       *machine;
  const PwkInspectParams *params;
  PwkViewParams           view;       /* decimal and kib, for pwk_format_… () */
  PwkInspectModel        *model;
  GArray                 *rows;
  GPtrArray              *texts;      /* temporary, of pwk_inspect_text () */
  uint32_t                depth;      /* of the rows that come */
} PwkInspection;

#define PWK_SEED  true                /* the field is in the customer's document */
#define PWK_NEWER false

/* Adds a row; the pointer is good until the next one. @name and @type are C, @meaning is
 * translated. */
PwkInspectRow *pwk_row          (PwkInspection *inspection, bool seed, const char *name,
                                 const char *type, const char *meaning,
                                 const char *format, ...) G_GNUC_PRINTF (6, 7);
/* The same with a link and whether it changed. */
#define pwk_row_set(row_, link_, changed_) \
  G_STMT_START                             \
  {                                        \
    PwkInspectRow *set_ = (row_);          \
    set_->link = (link_);                  \
    set_->changed = (changed_);            \
  }                                        \
  G_STMT_END
/* A heading row without a value; the rows after it are one deeper until pwk_row_end (). */
void           pwk_row_begin    (PwkInspection *inspection, const char *name, const char *type,
                                 const char *meaning);
void           pwk_row_end      (PwkInspection *inspection);

/* Title, subject (eaten) and place in the kernel. */
void           pwk_inspect_head (PwkInspection *inspection, const char *title, const char *where,
                                 char *subject);
/* How today differs from the customer's document; translated. May be called several times. */
void           pwk_inspect_note (PwkInspection *inspection, const char *note);
/* As a note, what kernels do differently about it: rules.def. */
void           pwk_inspect_rules (PwkInspection *inspection, PwkRuleAbout about);

/* Whether an observed event of this kind has @value as its argument @i. */
bool           pwk_happened     (const PwkInspection *inspection, PwkEventKind kind, unsigned i,
                                 uint64_t value);
bool           pwk_happened_two (const PwkInspection *inspection, PwkEventKind kind, unsigned i,
                                 uint64_t value, unsigned k, uint64_t other);

/* Text of values, owned by the inspection's pool of temporary texts: valid until the model is
 * built. */
const char    *pwk_inspect_text (PwkInspection *inspection, char *eaten);
const char    *pwk_text_pages   (PwkInspection *inspection, uint64_t pages);
const char    *pwk_text_address (PwkInspection *inspection, uint64_t address);

/* The selected process: params->pid, else the one of the last statement; 0 none. */
PwkIndex       pwk_inspect_task (const PwkInspection *inspection);

/* enum lru_list. */
extern const char *const pwk_lru_list_names[PWK_NR_LRU_LISTS];

/* Each fills the model for its kind of thing; false: there is no such thing. */
bool pwk_inspect_frame      (PwkInspection *inspection, PwkPfn pfn);
bool pwk_inspect_block      (PwkInspection *inspection, PwkPfn pfn, unsigned order);
bool pwk_inspect_pageblock  (PwkInspection *inspection, PwkPfn pfn);
bool pwk_inspect_zone       (PwkInspection *inspection, unsigned node, unsigned type);
bool pwk_inspect_node       (PwkInspection *inspection, unsigned node);
bool pwk_inspect_pcp        (PwkInspection *inspection, unsigned node, unsigned type, unsigned cpu);
bool pwk_inspect_free_list  (PwkInspection *inspection, unsigned node, unsigned type,
                             unsigned order, unsigned migratetype);
bool pwk_inspect_lru        (PwkInspection *inspection, unsigned node, unsigned zone, unsigned lru);
bool pwk_inspect_slot       (PwkInspection *inspection, uint64_t slot);
bool pwk_inspect_cpu        (PwkInspection *inspection, unsigned cpu);
bool pwk_inspect_vma        (PwkInspection *inspection, PwkVaddr start);
bool pwk_inspect_gap        (PwkInspection *inspection, PwkVaddr start);
bool pwk_inspect_mm         (PwkInspection *inspection, int64_t pid);
bool pwk_inspect_process    (PwkInspection *inspection, int64_t pid);
bool pwk_inspect_file       (PwkInspection *inspection, PwkIndex inode);
bool pwk_inspect_address    (PwkInspection *inspection, PwkVaddr addr);
bool pwk_inspect_table      (PwkInspection *inspection, PwkPfn pfn, unsigned level);
bool pwk_inspect_entry      (PwkInspection *inspection, PwkPfn table, unsigned index);
bool pwk_inspect_tlb        (PwkInspection *inspection, unsigned cpu, unsigned id);
bool pwk_inspect_tlb_set    (PwkInspection *inspection, unsigned cpu, unsigned id, unsigned set);
bool pwk_inspect_tlb_way    (PwkInspection *inspection, unsigned cpu, unsigned id, unsigned set,
                             unsigned way);
bool pwk_inspect_walk_cache (PwkInspection *inspection, unsigned cpu, unsigned id, unsigned slot);
bool pwk_inspect_cache      (PwkInspection *inspection, uint64_t cache);
bool pwk_inspect_slab       (PwkInspection *inspection, PwkPfn pfn);
bool pwk_inspect_object     (PwkInspection *inspection, PwkVaddr address);
bool pwk_inspect_vmap_area  (PwkInspection *inspection, PwkVaddr addr);
bool pwk_inspect_event      (PwkInspection *inspection, uint64_t n);
