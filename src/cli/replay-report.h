/* replay-report.h - what a replay counted, as lines or as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "import/replay.h"

/* To standard output: a name and a number a line. */
void pwk_replay_print    (const PwkReplayCounts *counts);
/* The object {"trace":{…},"tlb":{…},"rates":{…}}. */
void pwk_replay_add_json (JsonBuilder *builder, const PwkReplayCounts *counts);
