/* player.c - a machine that goes on by itself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/player.h"

#include <limits.h>

#define MAX_PER_FRAME 100000   /* steps in one frame */

void
pwk_player_start (PwkPlayer *player, uint64_t serial, PwkStepBy by, double speed)
{
  *player = (PwkPlayer) {
    .playing = true, .serial = serial, .by = by, .speed = speed, .clock_us = g_get_monotonic_time (), .owed = 1,
  };
}

/* The boot counts as one event, where steps do not go into it. */
void
pwk_player_travel (PwkPlayer *player, uint64_t serial, const PwkNavigator *navigator, uint64_t to)
{
  uint64_t from = MAX (pwk_navigator_position (navigator), MIN (pwk_navigator_timeline (navigator)->boot_end, to));

  pwk_player_start (player, serial, PWK_STEP_EVENT, PWK_TRAVEL_SPEED);
  player->to = to;
  player->stride = (int) MIN ((to - from) / PWK_TRAVEL_STEPS + 1, INT_MAX / PWK_TRAVEL_STEPS);
}

static bool
has_arrived (const PwkPlayer *player, const PwkNavigator *navigator)
{
  return player->to != 0 && pwk_navigator_position (navigator) >= player->to;
}

/* The last step may lead further, to the next event that is told: it ends at the destination. */
static PwkStop
travel (const PwkPlayer *player, PwkNavigator *navigator, int steps)
{
  PwkStop stop = pwk_navigator_play (navigator, player->by, (int) MIN ((int64_t) steps * player->stride, INT_MAX));

  if (stop != PWK_STOP_CANCELLED && stop != PWK_STOP_BREAKPOINT && has_arrived (player, navigator))
    return pwk_navigator_seek (navigator, player->to);
  return stop;
}

static PwkStop
play_steps (PwkPlayer *player, PwkNavigator *navigator)
{
  int64_t now = g_get_monotonic_time ();
  uint64_t before = pwk_navigator_position (navigator);
  PwkStop stop;
  int steps;

  player->owed += (double) (now - player->clock_us) * player->speed / 1e6;
  player->clock_us = now;
  steps = (int) MIN (player->owed, MAX_PER_FRAME);
  if (steps < 1)
    return PWK_STOP_REACHED;
  stop = player->to ? travel (player, navigator, steps) : pwk_navigator_play (navigator, player->by, steps);
  player->owed -= steps;
  return stop == PWK_STOP_REACHED && pwk_navigator_position (navigator) == before ? PWK_STOP_END : stop;
}

PwkStop
pwk_player_frame (PwkPlayer *player, PwkNavigator *navigator)
{
  PwkStop stop = player->speed > 0 ? play_steps (player, navigator) : pwk_navigator_run (navigator, PWK_FRAME_US);

  player->playing = (stop == PWK_STOP_REACHED || stop == PWK_STOP_TIME) && !has_arrived (player, navigator);
  return stop;
}
