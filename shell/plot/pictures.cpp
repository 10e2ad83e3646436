#include "shell/plot/pictures.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace lab::plot {

namespace {

// Beyond this many pixels a texture takes too long on its way to the screen.
constexpr int most_pixels = 3'000'000, widest = 4096;

float screen_scale() { return std::max(1.f, ImGui::GetIO().DisplayFramebufferScale.x); }

float whole(float value, float scale) { return std::floor(value * scale + 0.01f) / scale; }

// A picture's size for `zoom` screen pixels per pixel: a whole number of them where little is lost.
ImVec2 cell_of(const data::SampleShape& shape, float zoom, float scale) {
  const float down = std::floor(zoom);
  if (down >= 2 && down > 0.85f * zoom) zoom = down;
  const auto side = [&](std::size_t pixels) {
    return std::max(1.f, std::floor(static_cast<float>(pixels) * zoom + 0.01f)) / scale;
  };
  return {side(shape.columns), side(shape.rows)};
}

// Screen pixels per pixel when columns×rows pictures fill a space.
float zoom_of(ImVec2 space, const data::SampleShape& shape, int columns, int rows, ImVec2 gap,
              float scale) {
  const auto along = [&](float room, int number, float between, std::size_t pixels) {
    const auto n = static_cast<float>(number);
    return std::floor(scale * (room - between * (n - 1)) / n) / static_cast<float>(pixels);
  };
  return std::min(along(space.x, columns, gap.x, shape.columns),
                  along(space.y, rows, gap.y, shape.rows));
}

// A weighted mean over neighbours: from source pixel `first` on.
struct Span {
  std::size_t first = 0;
  std::vector<float> weights;
};

std::vector<Span> spans_of(int target, std::size_t source) {
  std::vector<Span> spans(static_cast<std::size_t>(target));
  const double step = static_cast<double>(source) / target;
  for (int i = 0; i < target; ++i) {
    const double from = i * step, to = std::min((i + 1) * step, static_cast<double>(source));
    Span& span = spans[static_cast<std::size_t>(i)];
    span.first = std::min(static_cast<std::size_t>(from + 1e-6), source - 1);
    for (std::size_t k = span.first; k < source && static_cast<double>(k) < to - 1e-6; ++k) {
      const double share =
          std::min(to, static_cast<double>(k + 1)) - std::max(from, static_cast<double>(k));
      span.weights.push_back(static_cast<float>(std::max(share, 0.0) / (to - from)));
    }
    if (span.weights.empty()) span.weights.push_back(1);
  }
  return spans;
}

ImU32 byte_of(float intensity) {
  if (!(intensity > 0)) return 0;
  return static_cast<ImU32>(std::min(intensity, 1.f) * 255 + 0.5f);
}

}  // namespace

ImVec2 PictureGrid::min(int index) const {
  const int column = index % columns, row = index / columns;
  return {origin.x + pitch.x * static_cast<float>(column),
          origin.y + pitch.y * static_cast<float>(row)};
}

ImVec2 PictureGrid::max(int index) const {
  const ImVec2 corner = min(index);
  return {corner.x + cell.x, corner.y + cell.y};
}

ImVec2 PictureGrid::end() const {
  if (count == 0) return origin;
  const auto across = static_cast<float>(std::min(columns, count) - 1),
             down = static_cast<float>(rows() - 1);
  return {origin.x + pitch.x * across + cell.x, origin.y + pitch.y * down + cell.y};
}

int PictureGrid::hit(ImVec2 at) const {
  if (count == 0 || at.x < origin.x || at.y < origin.y) return -1;
  const int column = static_cast<int>((at.x - origin.x) / pitch.x),
            row = static_cast<int>((at.y - origin.y) / pitch.y);
  const int index = row * columns + column;
  if (column >= columns || index >= count) return -1;
  const ImVec2 corner = max(index);
  return at.x <= corner.x && at.y <= corner.y ? index : -1;
}

PictureGrid fit_pictures(ImVec2 min, ImVec2 max, const data::SampleShape& shape, int columns,
                         int rows, int count, ImVec2 gap) {
  PictureGrid grid;
  if (shape.size() == 0 || columns < 1 || rows < 1 || count < 1) return grid;
  const float scale = screen_scale();
  gap = {std::round(gap.x * scale) / scale, std::round(gap.y * scale) / scale};
  const ImVec2 space{std::max(max.x - min.x, 1.f), std::max(max.y - min.y, 1.f)};
  grid.cell = cell_of(shape, zoom_of(space, shape, columns, rows, gap, scale), scale);
  grid.pitch = {grid.cell.x + gap.x, grid.cell.y + gap.y};
  grid.columns = columns;
  grid.count = std::min(count, columns * rows);
  const ImVec2 size{grid.pitch.x * static_cast<float>(columns) - gap.x,
                    grid.pitch.y * static_cast<float>(rows) - gap.y};
  grid.origin = {whole(min.x + std::max(0.f, 0.5f * (space.x - size.x)), scale),
                 whole(min.y + std::max(0.f, 0.5f * (space.y - size.y)), scale)};
  return grid;
}

PictureGrid fill_pictures(ImVec2 min, ImVec2 max, const data::SampleShape& shape, int count,
                          float least, ImVec2 gap) {
  if (shape.size() == 0 || count < 1) return {};
  const ImVec2 space{std::max(max.x - min.x, 1.f), std::max(max.y - min.y, 1.f)};
  const float unit = least / static_cast<float>(std::min(shape.rows, shape.columns));
  const auto most = [&](float room, std::size_t pixels, float between) {
    return std::max(
        1, static_cast<int>((room + between) / (static_cast<float>(pixels) * unit + between)));
  };
  const int most_columns = most(space.x, shape.columns, gap.x),
            most_rows = most(space.y, shape.rows, gap.y);
  count = std::min(count, most_columns * most_rows);
  int best = 1;
  float largest = -1;
  for (int columns = 1; columns <= std::min(count, most_columns); ++columns) {
    const int rows = (count + columns - 1) / columns;
    const float zoom = zoom_of(space, shape, columns, rows, gap, screen_scale());
    if (zoom > largest) largest = zoom, best = columns;
  }
  return fit_pictures(min, max, shape, best, (count + best - 1) / best, count, gap);
}

Pictures::Pictures() = default;
Pictures::Pictures(Pictures&&) noexcept = default;
Pictures& Pictures::operator=(Pictures&&) noexcept = default;

Pictures::~Pictures() {
  if (!ImGui::GetCurrentContext()) return;
  if (texture_) ImGui::UnregisterUserTexture(texture_.get());
  for (const auto& old : retired_) ImGui::UnregisterUserTexture(old.get());
}

void Pictures::tidy() {
  std::erase_if(retired_, [](const std::unique_ptr<ImTextureData>& old) {
    old->UnusedFrames = 1;
    if (old->Status != ImTextureStatus_Destroyed) return false;
    ImGui::UnregisterUserTexture(old.get());
    return true;
  });
}

void Pictures::draw(ImDrawList& draw, std::span<const float> values, const data::SampleShape& shape,
                    const PictureGrid& wanted, ImU32 line, std::uint64_t version) {
  tidy();
  PictureGrid grid = wanted;
  if (shape.size() == 0 || grid.columns < 1) return;
  grid.count = std::min(grid.count, static_cast<int>(values.size() / shape.size()));
  if (grid.count < 1) return;
  float scale = screen_scale();
  const ImVec2 end = grid.end(), size{end.x - grid.origin.x, end.y - grid.origin.y};
  while (size.x * scale * size.y * scale > most_pixels || size.x * scale > widest ||
         size.y * scale > widest) {
    scale *= 0.5f;
  }
  const int width = static_cast<int>(std::lround(size.x * scale)),
            height = static_cast<int>(std::lround(size.y * scale));
  if (width < 1 || height < 1) return;

  const std::span<const float> shown =
      values.first(static_cast<std::size_t>(grid.count) * shape.size());
  const std::pair seen{shown.data(), version};
  const auto same = [](ImVec2 a, ImVec2 b) { return a.x == b.x && a.y == b.y; };
  // The place on the screen is no part of the texture.
  const bool unchanged =
      texture_ && scale == scale_ && shape == shape_ && same(grid.cell, grid_.cell) &&
      same(grid.pitch, grid_.pitch) && grid.columns == grid_.columns && grid.count == grid_.count &&
      (version > 0 ? seen == seen_
                   : std::equal(shown.begin(), shown.end(), values_.begin(), values_.end()));
  if (!unchanged) {
    seen_ = seen;
    values_.clear();
    if (version == 0) values_.assign(shown.begin(), shown.end());
    shape_ = shape;
    grid_ = grid;
    scale_ = scale;
    paint(shown, grid, scale, width, height);
  }

  const float hair = 1 / screen_scale();
  if (line != 0) {
    // A ground that shows through the gaps: whole rows, then what is left.
    const int whole_rows = grid.count / grid.columns, left = grid.count % grid.columns;
    const auto ground = [&](int first, int last) {
      const ImVec2 a = grid.min(first), b = grid.max(last);
      draw.AddRectFilled({a.x - hair, a.y - hair}, {b.x + hair, b.y + hair}, line);
    };
    if (whole_rows > 0) ground(0, whole_rows * grid.columns - 1);
    if (left > 0) ground(whole_rows * grid.columns, grid.count - 1);
  }
  const ImVec2 uv{static_cast<float>(width) / static_cast<float>(texture_->Width),
                  static_cast<float>(height) / static_cast<float>(texture_->Height)};
  draw.AddImage(texture_->GetTexRef(), grid.origin, end, {0, 0}, uv);
}

void Pictures::paint(std::span<const float> values, const PictureGrid& grid, float scale, int width,
                     int height) {
  if (!texture_ || texture_->Width < width || texture_->Height < height) {
    // The old one may still be on its way to the screen, so a larger one takes its place.
    const auto roomy = [](int side) { return std::min((side + 127) / 128 * 128, widest); };
    auto fresh = std::make_unique<ImTextureData>();
    fresh->Create(ImTextureFormat_RGBA32, std::max(roomy(width), texture_ ? texture_->Width : 0),
                  std::max(roomy(height), texture_ ? texture_->Height : 0));
    fresh->UseColors = true;
    fresh->SetStatus(ImTextureStatus_WantCreate);
    ImGui::RegisterUserTexture(fresh.get());
    if (texture_) {
      texture_->UnusedFrames = 0;
      texture_->SetStatus(ImTextureStatus_WantDestroy);
      retired_.push_back(std::move(texture_));
    }
    texture_ = std::move(fresh);
  }
  const auto stride = static_cast<std::size_t>(texture_->Width);
  auto* pixels = static_cast<ImU32*>(static_cast<void*>(texture_->GetPixels()));
  for (int y = 0; y < height; ++y) {
    std::fill_n(pixels + static_cast<std::size_t>(y) * stride, width, ImU32{0});
  }
  const auto pixel = [&](float length) { return static_cast<int>(std::lround(length * scale)); };
  const int cell_width = std::max(1, pixel(grid.cell.x)),
            cell_height = std::max(1, pixel(grid.cell.y));
  const std::vector<Span> across = spans_of(cell_width, shape_.columns),
                          down = spans_of(cell_height, shape_.rows);
  const std::size_t channels = shape_.channels, row_size = shape_.columns * channels;
  const std::size_t colours = channels >= 3 ? 3 : 1;
  std::vector<float> mixed(row_size);
  for (int index = 0; index < grid.count; ++index) {
    const int left = pixel(grid.pitch.x * static_cast<float>(index % grid.columns)),
              top = pixel(grid.pitch.y * static_cast<float>(index / grid.columns));
    const float* picture = values.data() + static_cast<std::size_t>(index) * shape_.size();
    const ImU32* before = nullptr;
    std::size_t before_row = 0;
    for (int y = 0; y < cell_height && top + y < height; ++y) {
      const Span& rows = down[static_cast<std::size_t>(y)];
      ImU32* to = pixels + static_cast<std::size_t>(top + y) * stride + left;
      const int room = std::min(cell_width, width - left);
      if (before && rows.weights.size() == 1 && rows.first == before_row) {
        std::memcpy(to, before, static_cast<std::size_t>(room) * sizeof(ImU32));
        continue;
      }
      std::fill(mixed.begin(), mixed.end(), 0.f);
      for (std::size_t k = 0; k < rows.weights.size(); ++k) {
        const float* from = picture + (rows.first + k) * row_size;
        for (std::size_t i = 0; i < row_size; ++i) mixed[i] += rows.weights[k] * from[i];
      }
      for (int x = 0; x < room; ++x) {
        const Span& columns = across[static_cast<std::size_t>(x)];
        float colour[3] = {0, 0, 0};
        for (std::size_t k = 0; k < columns.weights.size(); ++k) {
          const float* from = mixed.data() + (columns.first + k) * channels;
          for (std::size_t c = 0; c < colours; ++c) colour[c] += columns.weights[k] * from[c];
        }
        const ImU32 red = byte_of(colour[0]), green = colours == 3 ? byte_of(colour[1]) : red,
                    blue = colours == 3 ? byte_of(colour[2]) : red;
        to[x] = IM_COL32(red, green, blue, 255);
      }
      before = rows.weights.size() == 1 ? to : nullptr;
      before_row = rows.first;
    }
  }
  if (texture_->Status == ImTextureStatus_OK || texture_->Status == ImTextureStatus_WantUpdates) {
    const ImTextureRect changed{0, 0, static_cast<unsigned short>(width),
                                static_cast<unsigned short>(height)};
    texture_->UpdateRect = texture_->UsedRect = changed;
    texture_->Updates.resize(0);
    texture_->Updates.push_back(changed);
    texture_->SetStatus(ImTextureStatus_WantUpdates);
  }
}

}  // namespace lab::plot
