/* migrate.h - folios move to other frames, and nobody who uses them notices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"
#include "engine/phys/page-list.h"

/* Moving a folio:
 *
 *      entries that map it   →  migration entries, which nobody can use             try_to_migrate ()
 *      what the kernel knows →  the new frames' struct pages, page cache, swap cache   folio_migrate_mapping (), folio_migrate_flags ()
 *      contents              →  copied
 *      migration entries     →  entries as before, of the new frames                remove_migration_ptes ()
 *
 * Who wants folios moved takes them off their LRU lists (pwk_lruvec_isolate ()), which gives him a
 * reference to each, and says where to. Follows mm/migrate.c. */

/* new_folio_t: frames for @src, of its order, with one reference, made ready by
 * pwk_user_page_prep () or _alloc (); PWK_NO_PFN: there are none. */
typedef PwkPfn (*PwkNewFolio)  (PwkMachine *machine, PwkPfn src, void *data);
/* free_folio_t: those are not needed after all. NULL: their reference is dropped. */
typedef void   (*PwkFreeFolio) (PwkMachine *machine, PwkPfn dst, void *data);

/* migrate_pages (): moves the folios of @from, the first first. Those that moved are gone from
 * @from, their old frames freed one after another; the others are left on it for
 * pwk_putback_movable_pages (). Returns how many folios did not move, or -ENOMEM: frames ran out,
 * and the rest was not tried. *@succeeded, if not NULL: pages that moved. */
int64_t pwk_migrate_pages           (PwkMachine *machine, PwkPageList *from, PwkNewFolio get, PwkFreeFolio put, void *data, PwkMigrateMode mode,
                                     uint64_t *succeeded);
/* putback_movable_pages (): those that are left go back to where they came from; the list is empty
 * then. */
void    pwk_putback_movable_pages   (PwkMachine *machine, PwkPageList *list);
