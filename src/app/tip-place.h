/* tip-place.h - where a tooltip stands
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/box.h"

/* The place of a tooltip of @width × @height in @room, for @subject below the pointer at @at. Inside the room, it covers neither the subject nor
 * the pointer: it stands below, above, to the right or to the left of the subject, wherever it has room first. A subject of more than half
 * of the room, or with room on no side, may be covered, the pointer may not. */
PwkBox pwk_tip_place (PwkBox subject, PwkPoint at, double width, double height, PwkBox room);
