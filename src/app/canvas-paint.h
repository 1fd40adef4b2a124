/* canvas-paint.h - the painter for GtkSnapshot: scenes as render nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "scene/scene.h"
#include "scene/theme.h"

/* Rectangles, rounded boxes, texts and cells become nodes of their own, which GTK repaints only where they change; lines,
 * curves and polygons become small Cairo nodes. What costs to make (textures of cells, tiles of patterns) is kept here.
 * One painter serves one canvas with one theme; make a new one when the theme changes. */
typedef struct _PwkCanvasPaint PwkCanvasPaint;

/* @theme is referenced. @scale: device pixels a unit. */
PwkCanvasPaint *pwk_canvas_paint_new   (PwkTheme *theme, double scale);
void            pwk_canvas_paint_free  (PwkCanvasPaint *paint);

/* Paints the items from @first up to but not including @end that touch @visible, in the scene's coordinates. */
void            pwk_canvas_paint_items (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkScene *scene, size_t first, size_t end,
                                        PwkBox visible);
/* A ring around @item: of the selection, or of what the pointer is on. */
void            pwk_canvas_paint_ring  (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, PwkRole role, double width);
/* Drops textures that the last scene painted did not use. */
void            pwk_canvas_paint_trim  (PwkCanvasPaint *paint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkCanvasPaint, pwk_canvas_paint_free)
