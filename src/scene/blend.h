/* blend.h - motion: the scenes between two scenes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"

/* What is in both scenes (partner.h says what that is) moves and changes its colour, and at half time its words; what is only in the first
 * fades out in the first half, what is only in the second fades in in the other. Several items of one id and kind are matched in their order.
 *
 * A thing may be drawn twice, as a block in the bar of its zone and in the row of its order: an item that names itself as its origin comes out
 * of the drawing of another kind in its own scene, and goes back there.
 *
 * An item without a partner grows out of the thing that its own from_id names, or shrinks into that of its into_id; else moves
 * (pwk_scene_add_move()) tell it, those of the later scene: it knows what led to it, and backwards the same is undone. What is only gone
 * later does not go back to where it came from. Several items with one origin share its box: the halves of a block come out of it side by side.
 *
 * Matching costs linear time, once; a frame then is one pass. */
typedef struct PwkBlend PwkBlend;

/* Both scenes are sealed; the blend keeps them. A scene that itself came from a blend is a good first
 * one, so that a motion can be interrupted. */
PwkBlend *pwk_blend_new (PwkScene *from, PwkScene *to);
void      pwk_blend_free (PwkBlend *blend);

/* The sealed scene at @phase, 0 … 1. Every frame has the same items in the same order; what is faded out
 * wholly is there with opacity 0. Title, description and moment are those of the nearer scene. */
PwkScene *pwk_blend_frame (const PwkBlend *blend, double phase);

/* What differs: nothing to animate if 0. */
size_t    pwk_blend_count_changes (const PwkBlend *blend);

/* One frame without keeping the matching; at phase 0 and 1 simply @from or @to. */
PwkScene *pwk_scene_blend (PwkScene *from, PwkScene *to, double phase);

/* What a motion takes at most, in ms. */
#define PWK_FULL_MOTION_MS 600

/* @item of a scene moves from @from_ms to @to_ms of a motion that takes @motion_ms, and rests before and after: what happens one after the
 * other is seen so. Leaving backwards it plays the same from its end. */
void      pwk_item_set_time (PwkItem *item, unsigned from_ms, unsigned to_ms, unsigned motion_ms);

typedef enum
{
  PWK_EASE_LINEAR,
  PWK_EASE_IN_OUT,
  PWK_EASE_OUT,
} PwkEase;

/* The phase of a motion at @time, 0 … 1 of its duration: 0 at 0, 1 at 1, never falling. */
double    pwk_ease (PwkEase ease, double time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkBlend, pwk_blend_free)
