/* views-private.h - what each view gives to the table of views
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/views.h"

/* Each NOUN-model.c has build and free, each NOUN-layout.c layout and to_text; see PwkViewClass. */
#define PWK_DECLARE_VIEW(noun) \
  gpointer pwk_##noun##_build   (const PwkObservation *observation, const PwkViewParams *params); \
  void     pwk_##noun##_free    (gpointer model); \
  void     pwk_##noun##_layout  (PwkScene *scene, gconstpointer model, const PwkTheme *theme, \
                                 const PwkViewParams *params); \
  char    *pwk_##noun##_to_text (gconstpointer model, const PwkViewParams *params);

PWK_DECLARE_VIEW (overview)
PWK_DECLARE_VIEW (memory)
uint64_t pwk_memory_thing_at (gconstpointer model, const PwkViewParams *params, double x,
                              double y, char **label);
bool     pwk_memory_thing_place (gconstpointer model, uint64_t id, PwkBox *box);
PWK_DECLARE_VIEW (buddy)
PWK_DECLARE_VIEW (zones)
PWK_DECLARE_VIEW (numa)
PWK_DECLARE_VIEW (reclaim)
PWK_DECLARE_VIEW (address_space)
PWK_DECLARE_VIEW (page_walk)
PWK_DECLARE_VIEW (tlb)
PWK_DECLARE_VIEW (slab)
