/* session.h - the engine thread: requests go in, immutable snapshots come out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/core/stretch.h"
#include "scenario/condition.h"
#include "scenario/runner.h"

/* A scenario open in a window (or in a test). A thread of its own owns the machine; nothing here waits for it. All functions are
 * called from one other thread, the window's. What is asked for is carried out in order; what came out of all that was asked for by then
 * arrives as a snapshot, of which the newest wins. */
typedef struct _PwkSession PwkSession;

/* --- what a view wants built: functions that the window gives (libviews), called in the engine thread --- */

typedef struct
{
  gpointer (*build) (const PwkObservation *observation, gconstpointer params);   /* an immutable model */
  void     (*free_model) (gpointer model);
} PwkModelClass;

/* One wish: class + parameters (owned by the request, freed with @free_params in either thread) under a key of the window's. */
typedef struct
{
  uint32_t             key;
  const PwkModelClass *klass;
  gpointer             params;
  GDestroyNotify       free_params;
} PwkWish;

/* --- what comes out --- */

/* What steps and plays by events, and lists of any event, do not go into: the boot, from power-on to the machine's being up, which counts as
 * one step (inside it steps are ordinary); events of PWK_CATEGORY_DETAIL. */
typedef enum { PWK_FOLD_BOOT = 1 << 0, PWK_FOLD_DETAILS = 1 << 1 } PwkFold;

/* What a step is, from the finest: what the hardware does; any event; an event of the kernel that causes others, which is a call of one of its functions;
 * a statement; a tick. Or by the tree of causes: over all that the event at the position caused (back: to what came before it, beside or above), out of
 * what caused it (back: to its cause). */
typedef enum
{
  PWK_STEP_HARDWARE, PWK_STEP_EVENT, PWK_STEP_KERNEL, PWK_STEP_STATEMENT, PWK_STEP_TICK,
  PWK_STEP_OVER, PWK_STEP_OUT
} PwkStepBy;
/* SEEKING: a move, or opening, takes its time, and can be stopped; what is shown is still the place before, or nothing yet. */
typedef enum { PWK_STATE_EMPTY, PWK_STATE_PAUSED, PWK_STATE_PLAYING, PWK_STATE_SEEKING, PWK_STATE_FINISHED } PwkSessionState;

/* At a spot, in any of the rounds that it leaves out, or, with event, wherever such an event is; n is where a run stops before the spot, 0: not
 * known, or several. */
typedef struct { uint32_t id; PwkSpot spot; uint64_t n; bool enabled; char *event; char *condition; } PwkBreakpoint;
typedef struct { uint32_t id; uint64_t n; uint32_t line; char *note; } PwkBookmark;

/* What `run` prints of a statement that was done, from event first to last. */
typedef struct { uint64_t first, last; char text[]; } PwkEcho;

/* An expectation that did not hold: where, and what came instead. */
typedef struct { uint64_t n; uint32_t line; char *message; } PwkFailure;   /* n: the statement's last event; 0: it could not even be read */
#define PWK_MAX_FAILURES 1000

/* The same of a call of a recording that changes memory and was not followed: where, and why. */
typedef PwkFailure PwkLostCall;

typedef struct { uint32_t key; gpointer model; void (*free_model) (gpointer); } PwkModel;

/* A page of history, as pwk_session_list_events () asked for it. Immutable; counted. */
typedef struct
{
  uint32_t   key;                 /* of the query */
  uint64_t   serial;              /* what pwk_session_list_events () returned */
  uint64_t   generation;          /* of the history it is from */
  bool       backwards;
  uint64_t   from;
  uint64_t   cursor;              /* what lies between from and here has been looked at: from where a next query goes on */
  bool       is_complete;         /* else it was stopped (a pause, another past) before it had its limit or came to the end */
  bool       at_end;              /* there are no more that way, in what is known of history by now */
  PwkEvent  *events;              /* in order of n */
  uint32_t   n_events;
  gpointer   model;               /* of the query's class, or NULL */
  void     (*free_model) (gpointer model);
  char      *error;               /* the filter makes no sense: why; or NULL */
} PwkEventPage;

PwkEventPage *pwk_event_page_ref   (PwkEventPage *page);
void          pwk_event_page_unref (PwkEventPage *page);

/* Immutable; counted. What does not change from one to the next (events, stretches, marks, failures, models) is the same array in both. */
typedef struct
{
  uint64_t        serial;
  PwkSessionState state;
  uint64_t        generation;     /* rises when another scenario (or another past) is opened */
  uint64_t        position;       /* event shown; 0 before power-on */
  uint64_t        boot_end;       /* event at which the machine was up; 0: not known yet */
  uint64_t        known_end;      /* last event that any run has reached */
  bool            end_is_final;   /* … and the script is over there */
  uint64_t        ns;
  uint64_t        hash;           /* of the state, when asked for by pwk_session_want_hash (), else 0 */
  uint32_t        statement;      /* under way or next */
  PwkSpot         spot;           /* the same with its rounds */
  uint32_t        line;           /* of it in the text */
  uint32_t        n_statements;
  bool            at_rest;
  PwkEvent       *events;         /* what the statement that the position is part of did so far (newest PWK_OBSERVED_EVENTS) */
  uint32_t        n_events;
  PwkEvent       *chain;          /* event at the position and its causes */
  uint32_t        n_chain;
  PwkStretch     *stretch;        /* what pwk_session_show_stretch () asked for, from counts until its events are told; NULL: nothing was asked */
  PwkStretch     *flame;          /* the last whose events are told: the same, or one before it; NULL: none of this generation */
  PwkBreakpoint  *breakpoints;
  uint32_t        n_breakpoints;
  PwkBookmark    *bookmarks;
  uint32_t        n_bookmarks;
  uint32_t        stopped_by;     /* id of the breakpoint that ended the run, 0 none */
  uint32_t        held, failed;   /* expectations so far */
  char           *answer;         /* to the last question that was asked, or NULL */
  GPtrArray      *outcomes;       /* of PwkEcho: statements done since the last snapshot, on the way to wherever the machine rests: maybe behind
                                   * the position */
  GPtrArray      *pages;          /* of PwkEventPage: those done since the last snapshot */
  PwkFailure     *failures;       /* expectations that did not hold, in order; the first PWK_MAX_FAILURES */
  uint32_t        n_failures;
  PwkLostCall    *losses;         /* calls of a recording that were not followed, as far as it was played; the first PWK_MAX_FAILURES */
  uint32_t        n_losses;
  uint32_t        n_lost;         /* all of them */
  char           *error;          /* why the last request failed (a sentence with its place), or NULL */
  PwkModel       *models;
  uint32_t        n_models;
} PwkSnapshot;

PwkSnapshot *pwk_snapshot_ref   (PwkSnapshot *snapshot);
void         pwk_snapshot_unref (PwkSnapshot *snapshot);
gpointer     pwk_snapshot_model (const PwkSnapshot *snapshot, uint32_t key);   /* NULL: not in it */

/* In what words sessions tell why a statement failed, behind its result; called in the engine thread. The window's, as the models are; at first
 * nothing is said. */
typedef char *(*PwkSayWhy) (unsigned why);      /* a PwkRefusal; NULL: no words for that. The session frees */
void         pwk_session_set_reasons (PwkSayWhy say);

/* --- requests --- */

PwkSession  *pwk_session_new    (void);
void         pwk_session_free   (PwkSession *session);      /* cancels, joins the thread */
/* Called in the default main context whenever a newer snapshot is there; take it with pwk_session_take (). */
void         pwk_session_set_notify (PwkSession *session, void (*notify) (gpointer data), gpointer data);
/* The newest snapshot that was not taken yet (caller owns), or NULL. */
PwkSnapshot *pwk_session_take   (PwkSession *session);
/* For tests and the command line: waits until all requests so far are done, and returns the newest snapshot. */
PwkSnapshot *pwk_session_wait   (PwkSession *session);

/* Opens @script (referenced) and boots its machine up to @position (UINT64_MAX: to the end; an event number). */
void pwk_session_open           (PwkSession *session, PwkScript *script, const char *const *overrides, const char *folder, uint64_t position);
/* The document changed: keeps the past as far as it is the same, goes to the same place (statement-wise) in the new one. */
void pwk_session_replace        (PwkSession *session, PwkScript *script);
/* As replace, and runs to the end of what was appended (the console). */
void pwk_session_append         (PwkSession *session, PwkScript *script);
void pwk_session_seek           (PwkSession *session, uint64_t position);
void pwk_session_seek_statement (PwkSession *session, uint32_t statement);      /* to just before it; in a loop, before its first round */
void pwk_session_seek_spot      (PwkSession *session, const PwkSpot *spot);     /* the same in the rounds that it says; no such round is an error */
void pwk_session_step           (PwkSession *session, PwkStepBy by, int count); /* negative: back */
/* What is folded (PWK_FOLD_…), nothing at first. Breakpoints stop a play in what is folded as anywhere. */
void pwk_session_set_folds      (PwkSession *session, unsigned folds);
/* Goes on until a breakpoint or the end; @events_per_second of what is shown, 0 as fast as it can. */
void pwk_session_play           (PwkSession *session, PwkStepBy by, double steps_per_second);
/* Plays to just before @statement within a few seconds, whatever lies between: by single events, or, where there are many, by as many at once as it
 * takes. Backwards it is a seek. */
#define PWK_TRAVEL_SPEED 4.0     /* steps a second */
void pwk_session_travel         (PwkSession *session, uint32_t statement);
/* Stops all that was asked for before, begun or not: plays, runs, seeks, searches. */
void pwk_session_pause          (PwkSession *session);
/* Next (or, backwards, last) event of this kind (NULL or "": any) for which @condition (may be NULL or "") holds. */
void pwk_session_find_event     (PwkSession *session, const char *event, const char *condition, bool backwards);
void pwk_session_set_wishes     (PwkSession *session, PwkWish *wishes, uint32_t n);   /* takes the params; replaces the wishes before */
void pwk_session_want_hash      (PwkSession *session, bool wanted);
uint32_t pwk_session_add_breakpoint (PwkSession *session, const char *event, const char *condition, int64_t statement);  /* event NULL: at the statement */
uint32_t pwk_session_add_spot_breakpoint (PwkSession *session, const PwkSpot *spot);
void pwk_session_remove_breakpoint  (PwkSession *session, uint32_t id);
void pwk_session_enable_breakpoint  (PwkSession *session, uint32_t id, bool enabled);   /* a disabled one is kept and stops nothing */
uint32_t pwk_session_add_bookmark   (PwkSession *session, uint64_t position, const char *note);
void pwk_session_remove_bookmark    (PwkSession *session, uint32_t id);

/* What the time line shows: snapshots have it from now on, at once from counts, and exactly when its events have happened again, for which nothing
 * else waits. */
void pwk_session_show_stretch   (PwkSession *session, const PwkStretchQuery *query);

/* The events next to a place that match, over all of history that is known: for lists that are filled page by page. The position stays where it is, and
 * other requests do not wait. One with the same key takes the place of what is not done yet. */
typedef struct
{
  uint32_t    key;                 /* of the window's, in the page again */
  const char *event, *condition;   /* as for pwk_session_find_event () */
  bool        backwards;           /* the last @limit before @from, else the first @limit after it */
  uint64_t    from;                /* an event's number; 0 and UINT64_MAX are the ends */
  uint32_t    limit;
  const PwkModelClass *klass;      /* what to build of them (with NULL as parameters), or NULL: observation.events are the events, and
                                    * the machine is one that knows the strings and tasks that they name */
} PwkEventQuery;
/* The serial that the page will have, in the pages of a snapshot. */
uint64_t pwk_session_list_events (PwkSession *session, const PwkEventQuery *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkSnapshot, pwk_snapshot_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkEventPage, pwk_event_page_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkSession, pwk_session_free)
