/* views.c - the table of views
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/views.h"

#include <string.h>

#include "views/memory-model.h"
#include "views/view-common.h"
#include "views/view-model.h"
#include "views/views-private.h"

#define VIEW_FUNCTIONS(noun)                                                             \
  .build = pwk_##noun##_build, .free = pwk_##noun##_free, .layout = pwk_##noun##_layout, \
  .to_text = pwk_##noun##_to_text

static const PwkViewClass views[PWK_N_VIEWS] = {
  [PWK_VIEW_OVERVIEW] = { .id = PWK_VIEW_OVERVIEW,
                          .name = "overview",
                          .title = N_("Overview"),
                          .layer = PWK_LAYER_ALL,
                          .icon_name = "pwk-view-overview-symbolic",
                          .summary = N_("The whole machine in one picture: from node to page on "
                                        "one side, from process to page on the other."),
                          VIEW_FUNCTIONS (overview) },
  [PWK_VIEW_MEMORY] = { .id = PWK_VIEW_MEMORY,
                        .name = "memory",
                        .title = N_("Memory"),
                        .layer = PWK_LAYER_PHYSICAL,
                        .icon_name = "pwk-view-memory-symbolic",
                        .summary = N_("Every page frame as a cell, coloured by what it is used "
                                      "for."),
                        VIEW_FUNCTIONS (memory),
                        .viewport = pwk_memory_area,
                        .thing_at = pwk_memory_thing_at,
                        .place = pwk_memory_thing_place },
  [PWK_VIEW_BUDDY] = { .id = PWK_VIEW_BUDDY,
                       .name = "buddy",
                       .title = N_("Buddy"),
                       .layer = PWK_LAYER_PHYSICAL,
                       .icon_name = "pwk-view-buddy-symbolic",
                       .summary = N_("The free lists of each zone by order and migratetype, and "
                                     "the per-cpu lists."),
                       VIEW_FUNCTIONS (buddy) },
  [PWK_VIEW_ZONES] = { .id = PWK_VIEW_ZONES,
                       .name = "zones",
                       .title = N_("Zones"),
                       .layer = PWK_LAYER_PHYSICAL,
                       .icon_name = "pwk-view-zones-symbolic",
                       .summary = N_("Free pages against the watermarks of each zone, and the way "
                                     "of an allocation through the zonelist."),
                       VIEW_FUNCTIONS (zones) },
  [PWK_VIEW_RECLAIM] = { .id = PWK_VIEW_RECLAIM,
                         .name = "reclaim",
                         .title = N_("Reclaim"),
                         .layer = PWK_LAYER_PHYSICAL,
                         .icon_name = "pwk-view-reclaim-symbolic",
                         .summary = N_("The LRU lists as queues, and what becomes of the pages at "
                                       "their ends when memory is short."),
                         VIEW_FUNCTIONS (reclaim) },
  [PWK_VIEW_ADDRESS_SPACE] = { .id = PWK_VIEW_ADDRESS_SPACE,
                               .name = "address-space",
                               .title = N_("Address space"),
                               .layer = PWK_LAYER_VIRTUAL,
                               .icon_name = "pwk-view-address-space-symbolic",
                               .summary = N_("The regions of a process from address 0 to the top, "
                                             "and the tree in which the kernel finds them."),
                               VIEW_FUNCTIONS (address_space) },
  [PWK_VIEW_PAGE_WALK] = { .id = PWK_VIEW_PAGE_WALK,
                           .name = "page-walk",
                           .title = N_("Page walk"),
                           .layer = PWK_LAYER_MAPPING,
                           .icon_name = "pwk-view-page-walk-symbolic",
                           .summary = N_("An address cut into indices, and the tables through "
                                         "which the hardware finds the frame."),
                           VIEW_FUNCTIONS (page_walk) },
  [PWK_VIEW_TLB] = { .id = PWK_VIEW_TLB,
                     .name = "tlb",
                     .title = N_("TLB"),
                     .layer = PWK_LAYER_MAPPING,
                     .icon_name = "pwk-view-tlb-symbolic",
                     .summary = N_("The translations that a CPU remembers, set by set."),
                     VIEW_FUNCTIONS (tlb) },
  [PWK_VIEW_SLAB] = { .id = PWK_VIEW_SLAB,
                      .name = "slab",
                      .title = N_("Slab"),
                      .layer = PWK_LAYER_INTERFACES,
                      .icon_name = "pwk-view-slab-symbolic",
                      .summary = N_("The kernel's own memory: caches of objects, areas of kernel "
                                    "addresses, memory for devices."),
                      VIEW_FUNCTIONS (slab) },
  [PWK_VIEW_NUMA] = { .id = PWK_VIEW_NUMA,
                      .name = "numa",
                      .title = N_("NUMA"),
                      .layer = PWK_LAYER_PHYSICAL,
                      .icon_name = "pwk-view-numa-symbolic",
                      .summary = N_("The nodes and how far they are from each other, policies, "
                                    "and on which node the pages of each process lie."),
                      VIEW_FUNCTIONS (numa) },
};

const PwkViewClass *
pwk_view_class (PwkViewId id)
{
  g_return_val_if_fail ((unsigned) id < PWK_N_VIEWS, NULL);

  return &views[id];
}

const PwkViewClass *
pwk_view_from_name (const char *name)
{
  for (unsigned i = 0; i < PWK_N_VIEWS; i++)
    if (strcmp (views[i].name, name) == 0)
      return &views[i];

  return NULL;
}

const char *
pwk_layer_title (PwkLayer layer)
{
  switch (layer)
    {
    case PWK_LAYER_PHYSICAL:
      return _("Physical");
    case PWK_LAYER_VIRTUAL:
      return _("Virtual");
    case PWK_LAYER_MAPPING:
      return _("Mapping");
    case PWK_LAYER_INTERFACES:
      return _("Interfaces");
    case PWK_LAYER_ALL:
    default:
      return _("Overview");
    }
}

void
pwk_view_params_init (PwkViewParams *params, PwkViewId id)
{
  *params = (PwkViewParams) {
    .view = id, .width = 1000, .height = 560, .zoom = 1, .cpu = -1, .node = -1, .zone = -1
  };
}

/* The catalogue's own language, as the picture's; "en" where there is no catalogue. */
static const char *
language (void)
{
  /* Translators: the language of this catalogue as a BCP 47 tag, "en" or "zh-CN". */
  return C_("language tag", "en");
}

PwkScene *
pwk_view_scene (const PwkObservation *observation,
                const PwkViewParams *params,
                const PwkTheme *theme)
{
  PwkScene *scene = pwk_scene_new (params->width, params->height);
  PwkViewModel *model = pwk_view_model_new (observation, params, NULL);

  pwk_scene_set_language (scene, language ());
  pwk_view_model_layout (model, scene, theme, params);
  pwk_view_model_free (model);
  return pwk_scene_seal (scene);
}
