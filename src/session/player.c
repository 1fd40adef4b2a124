/* player.c - a machine that goes on by itself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/player.h"

#define MAX_PER_FRAME 100000   /* steps in one frame */

void
pwk_player_start (PwkPlayer *player, uint64_t serial, PwkStepBy by, double speed)
{
  *player = (PwkPlayer) {
    .playing = true, .serial = serial, .by = by, .speed = speed, .clock_us = g_get_monotonic_time (), .owed = 1,
  };
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
  stop = pwk_navigator_play (navigator, player->by, steps);
  player->owed -= steps;
  return stop == PWK_STOP_REACHED && pwk_navigator_position (navigator) == before ? PWK_STOP_END : stop;
}

PwkStop
pwk_player_frame (PwkPlayer *player, PwkNavigator *navigator)
{
  PwkStop stop = player->speed > 0 ? play_steps (player, navigator) : pwk_navigator_run (navigator, PWK_FRAME_US);

  player->playing = stop == PWK_STOP_REACHED || stop == PWK_STOP_TIME;
  return stop;
}
