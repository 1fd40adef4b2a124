/* partner.h - which item of a scene is which of another: the identity that motion goes by
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/item-index.h"
#include "scene/scene.h"

#define PWK_NO_PARTNER PWK_NO_ITEM

/* Sets, for each item of @from, @partner to the number of the same item of @to, and @partner_of_to the other way; PWK_NO_PARTNER where there
 * is none. Both arrays have room for their scene's items.
 *
 * What only passes (PWK_FLAG_PASSING) is another each time. Things are the same if id and kind are; drawn in several groups, a thing in the one is not that in the other as long as both have it.
 * What has no id is the same if it looks the same and lies at the same place of the same group; or, at that place, looks different: its
 * words swap; or if no other of its group looks like it. Anything else is not the same, and does not fly across the picture. */
void pwk_find_partners (const PwkScene *from, const PwkScene *to, uint32_t *partner, uint32_t *partner_of_to);
