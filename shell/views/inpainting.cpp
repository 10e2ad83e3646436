// Hidden pixels, filled in by climbing ln p from noise (Dinh, Krueger & Bengio 2015, section 5.2),
// by codes drawn again and again of what there is, or, by a model that draws number after number,
// drawn in their order:
// a board of test pictures as they are, what is hidden of them, and how they look now. Masks are
// chosen or painted.
#include <algorithm>
#include <array>
#include <cmath>

#include "shell/plot/classes.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/views/flow_parts.hpp"
#include "shell/views/flow_views.hpp"

namespace lab::views {

namespace {

struct Mask {
  const char* name;  // as in the command
  words::Text words, brief;
};

// In the order of the columns where one picture is shown under all of them.
constexpr std::array<Mask, 11> masks{{
    {"top", {"top half", "위 절반"}, {"top", "위"}},
    {"bottom", {"bottom half", "아래 절반"}, {"lower", "아래"}},
    {"even", {"even pixels", "짝수 화소"}, {"even", "짝수"}},
    {"odd", {"odd pixels", "홀수 화소"}, {"odd", "홀수"}},
    {"left", {"left half", "왼쪽 절반"}, {"left", "왼쪽"}},
    {"right", {"right half", "오른쪽 절반"}, {"right", "오른쪽"}},
    {"rows", {"middle rows", "가운데 행"}, {"rows", "행"}},
    {"columns", {"middle columns", "가운데 열"}, {"cols", "열"}},
    {"random75", {"random 75 %", "무작위 75 %"}, {"75 %", "75 %"}},
    {"random90", {"random 90 %", "무작위 90 %"}, {"90 %", "90 %"}},
    {"coarse", {"half the resolution", "절반 해상도"}, {"coarse", "성긴"}},
}};
constexpr Mask all_masks{"all", {"all masks", "모든 마스크"}, {"all", "모두"}};
constexpr Mask by_hand{"painted", {"painted", "직접 칠하기"}, {"painted", "칠하기"}};

const Mask& mask_named(const std::string& name) {
  for (const Mask& mask : masks)
    if (name == mask.name) return mask;
  return name == by_hand.name ? by_hand : all_masks;
}

// Pictures that are being inpainted (core/session/probes/inpainting.hpp).
struct Board {
  const Array &given, &hidden, &now;              // (k, D)
  std::string mask;                               // as in the command, empty before the first
  int first = 0, moves = 0, most_moves = 0;       // the first picture; moves made, of so many
  bool drawn = false;                             // number after number, none of them again
  double log_density = 0, given_log_density = 0;  // mean ln p, nats: now, of the pictures as given

  explicit Board(const Store& store)
      : given(store.array("inpaint_given")),
        hidden(store.array("inpaint_hidden")),
        now(store.array("inpainted")) {
    const Json& said = store.said("inpaint");
    if (said.is_null()) return;
    mask = said.at("mask").get<std::string>();
    first = said.at("first").get<int>();
    moves = said.at("moves").get<int>();
    most_moves = said.at("most_moves").get<int>();
    drawn = said.at("drawn").get<bool>();
    log_density = said.at("log_density").get<double>();
    given_log_density = said.at("given_log_density").get<double>();
  }
};

constexpr std::size_t longest_curve = 1024;
// A mean ln p below this is none: some picture has no density that a number can hold.
constexpr double least_density = -1e29;
// At most so many columns on the board.
constexpr int most_columns = 11;

bool is_number(double density) { return std::isfinite(density) && density > least_density; }
std::string words_of(double density) { return is_number(density) ? plot::brief(density, 4) : "–"; }

class Inpainting final : public View {
 public:
  void draw(Frame& frame) override {
    const Store& store = frame.store;
    if (store.loaded && !has_pictures(store)) {
      return sentence(frame,
                      frame.text({"These data are no pictures.", "이 데이터는 그림이 아닙니다."}));
    }
    if (!has_pictures(store)) {
      return sentence(frame, frame.text({"The board comes with the model.",
                                         "모델이 준비되면 그림이 나옵니다."}));
    }
    const Board shown(store);
    follow(store, shown);
    collect(shown);
    const int count = count_on_board(store, shown);
    if (frame.compact) {
      if (count > 0) return board(frame, frame.min, frame.max, 0, count);
      return sentence(frame, frame.text({"Large, it hides pixels and fills them in.",
                                         "크게 보면 화소를 가리고 채워 넣습니다."}));
    }
    // One question, until it is answered: the next load asks anew.
    if (shown.mask.empty() && !asked_) {
      asked_ = true;
      ask(frame, all_masks.name, 0);
    }
    ImVec2 low{frame.min.x + 8, frame.min.y + 2}, high{frame.max.x - 8, frame.max.y - 6};
    low.y += choices(frame, low, high.x) + 6;
    const float foot = high.y - low.y >= 240 ? 44.f : 20.f;
    if (count > 0) {
      status(frame, {low.x, high.y - foot}, high);
      const ImVec2 end{high.x, high.y - foot - 8};
      if (chosen_ == by_hand.name) easel(frame, low, end, count);
      else board(frame, low, end, 0, count);
    } else {
      sentence(frame, frame.text({"Pixels are being hidden; the first moves come with the answer.",
                                  "화소를 가리는 중입니다. 곧 채우기 시작합니다."}));
    }
  }

  std::string csv(const Store& store) const override {
    const Board shown(store);
    const std::size_t count = count_of(store, shown.given);
    if (count == 0) return {};
    std::string table = "column,test_picture,mask,kind" + value_names(store);
    const std::array<const Array*, 3> kinds{&shown.given, &shown.hidden, &shown.now};
    constexpr std::array<const char*, 3> names{"given", "hidden", "now"};
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        const auto values = sample_of(store, *kinds[kind], i);
        if (values.empty()) continue;
        table += std::to_string(i) + "," + std::to_string(picture_of(shown, i)) + "," +
                 mask_of(shown, i).name + "," + names[kind] + ",";
        add_values(table, values);
      }
    }
    return table;
  }

  std::string describe(const Store& store) const override {
    const Board shown(store);
    const std::size_t count = count_of(store, shown.given);
    if (count == 0) return "Test pictures with hidden pixels that are filled in; none yet.";
    return std::to_string(count) + " test pictures with hidden pixels (" +
           mask_named(shown.mask).words.en + "), " +
           (shown.drawn          ? "drawn one after another"
            : store.can("bound") ? "filled in by codes that are drawn again and again"
                                 : "filled in by climbing ln p") +
           ": move " + std::to_string(shown.moves) + " of " + std::to_string(shown.most_moves) +
           (store.can("bound") ? ", mean bound " : ", mean ln p ") + words_of(shown.log_density) +
           " nats against " + words_of(shown.given_log_density) + " of the pictures as they are.";
  }

 private:
  // ---------------------------------------------------------------- what the session says

  static int count_on_board(const Store& store, const Board& shown) {
    return static_cast<int>(std::min(
        {count_of(store, shown.given), count_of(store, shown.hidden), count_of(store, shown.now)}));
  }

  // Column i of the board.
  static const Mask& mask_of(const Board& shown, std::size_t i) {
    return shown.mask == all_masks.name && i < masks.size() ? masks[i] : mask_named(shown.mask);
  }
  static int picture_of(const Board& shown, std::size_t i) {
    return shown.mask == all_masks.name ? shown.first : shown.first + static_cast<int>(i);
  }

  void follow(const Store& store, const Board& shown) {
    const std::size_t pixels = store.sample_shape.rows * store.sample_shape.columns;
    // Test data come anew with every load.
    const std::uint64_t load = store.array("test_inputs").version;
    if (load != load_ || painted_.size() != pixels) {
      load_ = load;
      asked_ = painting_ = unsent_ = false;
      painted_.assign(pixels, 0);
      pending_.answered();
      chosen_ = shown.mask;
    }
    if (shown.mask.empty()) return;
    if (shown.mask == chosen_ && shown.first == first_) pending_.answered();
    // A mask is painted for as long as it takes, whatever is on the board meanwhile.
    const bool painter = chosen_ == by_hand.name && shown.mask != by_hand.name;
    if (!pending_.waiting() && !painting_ && !painter) {
      chosen_ = shown.mask;
      first_ = shown.first;
    }
    // Painted somewhere else, or before this view was made.
    if (shown.mask == by_hand.name && chosen_ == by_hand.name && blank() && !cleared_ &&
        shown.hidden.size() >= store.sample_shape.size()) {
      for (std::size_t i = 0; i < pixels; ++i)
        painted_[i] = shown.hidden[i * store.sample_shape.channels] > 0.5f ? 1.f : 0.f;
    }
  }

  bool blank() const {
    return std::none_of(painted_.begin(), painted_.end(), [](float v) { return v > 0.5f; });
  }

  // The curve of ln p over moves, anew where the pictures or the mask are others.
  void collect(const Board& shown) {
    if (shown.mask.empty()) return;
    const bool other = shown.mask != curve_mask_ || shown.first != curve_first_ ||
                       (!curve_.empty() && static_cast<double>(shown.moves) < curve_.back().move);
    if (other) {
      curve_.clear();
      curve_mask_ = shown.mask;
      curve_first_ = shown.first;
    }
    if (!is_number(shown.log_density)) return;
    if (!curve_.empty() && curve_.back().move == static_cast<double>(shown.moves)) {
      curve_.back().value = shown.log_density;
      return;
    }
    curve_.push_back({static_cast<double>(shown.moves), shown.log_density});
    if (curve_.size() <= longest_curve) return;
    for (std::size_t i = 0; 2 * i < curve_.size(); ++i) curve_[i] = curve_[2 * i];
    curve_.resize((curve_.size() + 1) / 2);
  }

  // ---------------------------------------------------------------- what is asked for

  void ask(Frame& frame, const std::string& mask, int first, bool again = false) {
    chosen_ = mask;
    first_ = first;
    pending_.ask();
    Json command{{"do", "inpaint"}, {"mask", mask}, {"first", first}};
    if (again) {
      command["again"] = true;
      curve_.clear();
    }
    frame.camera.commands.push_back(std::move(command));
  }

  // The painted mask: every channel of a pixel is hidden with it.
  void send_painted(Frame& frame) {
    unsent_ = false;
    cleared_ = blank();
    pending_.ask();
    chosen_ = by_hand.name;
    std::vector<int> values;
    values.reserve(painted_.size() * frame.store.sample_shape.channels);
    for (const float pixel : painted_)
      values.insert(values.end(), frame.store.sample_shape.channels, pixel > 0.5f ? 1 : 0);
    curve_.clear();
    frame.camera.commands.push_back(
        {{"do", "mask"}, {"values", std::move(values)}, {"first", first_}});
  }

  // Masks, and which pictures. Returns the height that they take.
  float choices(Frame& frame, ImVec2 at, float right) {
    const char* tip_all =
        frame.text({"One picture under all ten masks", "그림 한 장을 열 가지 마스크로 가립니다"});
    const char* tip_hand = frame.text({"Paint over a picture; what you cover is filled in anew",
                                       "그림 위에 칠하면, 가린 곳을 새로 채웁니다"});
    // What is drawn in order cannot look ahead.
    const char* tip_mask =
        Board(frame.store).drawn
            ? frame.text({"Hides these pixels and draws them in reading order: what is given after "
                          "a hidden pixel does not inform it",
                          "이 화소들을 가리고 읽는 순서로 그립니다. 가린 화소는 그보다 뒤에 주어진 "
                          "것을 알지 못합니다"})
            : frame.text({"Hides these pixels and fills them in, from noise",
                          "이 화소들을 가리고 잡음에서부터 채워 넣습니다"});
    const auto tip_of = [&](const Mask& mask) {
      return &mask == &all_masks ? tip_all : &mask == &by_hand ? tip_hand : tip_mask;
    };
    std::vector<const Mask*> offered{&all_masks};
    for (const Mask& mask : masks) offered.push_back(&mask);
    offered.push_back(&by_hand);
    const float row = control_height + 4;
    ImVec2 to = at;
    const bool chips = right - at.x >= 640 && frame.max.y - frame.min.y >= 380;
    if (chips) {
      for (const Mask* mask : offered) {
        const char* words = frame.text(mask->words);
        const float width = button_width(frame, words);
        if (to.x > at.x && to.x + width > right) to = {at.x, to.y + row};
        if (button(frame, words, to, width, tip_of(*mask), chosen_ == mask->name) &&
            chosen_ != mask->name) {
          ask(frame, mask->name, first_);
        }
        to.x += width + 4;
      }
      to.x += 12;
    } else {
      ImGui::SetCursorScreenPos(to);
      ImGui::SetNextItemAllowOverlap();
      ImGui::PushFont(frame.fonts.regular, plot::small_size);
      const float width = right - at.x >= 330 ? 132.f : 108.f;
      ImGui::SetNextItemWidth(width);
      ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                          ImVec2{8, 0.5f * (control_height - ImGui::GetTextLineHeight())});
      const bool open = ImGui::BeginCombo("##mask", frame.text(mask_named(chosen_).words),
                                          ImGuiComboFlags_HeightLarge);
      ImGui::PopStyleVar();
      if (!open) explain(frame, tip_of(mask_named(chosen_)));
      if (open) {
        for (const Mask* mask : offered) {
          const bool now = chosen_ == mask->name;
          if (ImGui::Selectable(frame.text(mask->words), now) && !now)
            ask(frame, mask->name, first_);
          explain(frame, tip_of(*mask));
        }
        ImGui::EndCombo();
      }
      ImGui::PopFont();
      to.x += width + 6;
    }
    const char* again = frame.text({"Again", "다시"});
    const float wide = button_width(frame, again);
    if (to.x + 2 * 34 + wide > right) to = {at.x, to.y + row};
    const int inputs =
        std::max(1, static_cast<int>(count_of(frame.store, frame.store.array("test_inputs"))));
    const auto go = [&](int first) { ask(frame, chosen_, (first % inputs + inputs) % inputs); };
    ImGui::BeginDisabled(chosen_.empty());
    if (button(frame, "←", to, 30, frame.text({"The test picture before", "앞의 시험 그림"})))
      go(first_ - 1);
    if (button(frame, "→", {to.x + 34, to.y}, 30,
               frame.text({"The next test picture", "다음 시험 그림"})))
      go(first_ + 1);
    if (button(
            frame, again, {to.x + 68, to.y}, wide,
            frame.text({"The same once more, from other noise", "다른 잡음에서 다시 시작합니다"})))
      ask(frame, chosen_, first_, true);
    ImGui::EndDisabled();
    const std::string number = frame.text({"no. ", "번호 "}) + std::to_string(first_);
    const float x = to.x + 68 + wide + 10;
    if (x + size_of(frame, number).x <= right)
      write(frame, {x, to.y + 7}, frame.theme.muted, number);
    return to.y + row - at.y;
  }

  // ---------------------------------------------------------------- the board

  // Pictures with what is hidden of them in the noise's colour, striped so that the colour is not
  // all that tells: into `tinted_`, three channels a pixel. `mask`: by pixel for all of them; empty
  // where each has its own.
  data::SampleShape tint(const Store& store, std::size_t first, std::size_t count,
                         std::span<const float> mask, ImU32 colour) {
    data::SampleShape shape = store.sample_shape;
    shape.channels = 3;
    tinted_.resize(count * shape.size());
    std::array<float, 3> noise{};
    for (std::size_t c = 0; c < 3; ++c)
      noise[c] = static_cast<float>((colour >> (8 * c)) & 0xff) / 255;
    const std::size_t channels = store.sample_shape.channels;
    const std::size_t pixels = store.sample_shape.rows * store.sample_shape.columns;
    for (std::size_t i = 0; i < count; ++i) {
      const auto given = sample_of(store, store.array("inpaint_given"), first + i),
                 hidden = sample_of(store, store.array("inpaint_hidden"), first + i);
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const float* from = given.data() + pixel * channels;
        bool covered = false;
        if (mask.empty()) {
          for (std::size_t c = 0; c < channels; ++c)
            covered = covered || hidden[pixel * channels + c] > 0.5f;
        } else {
          covered = mask[pixel] > 0.5f;
        }
        const bool stripe = (pixel / shape.columns + pixel % shape.columns) % 3 == 0;
        const float cover = !covered ? 0.f : stripe ? 0.55f : 0.8f;
        float* to = tinted_.data() + (i * pixels + pixel) * 3;
        for (std::size_t c = 0; c < 3; ++c) {
          const float intensity = from[channels >= 3 ? c : 0];
          to[c] = (1 - cover) * intensity + cover * noise[c];
        }
      }
    }
    return shape;
  }

  std::span<const float> painted_mask() const {
    return chosen_ == by_hand.name ? std::span<const float>(painted_) : std::span<const float>();
  }

  // Columns `first` to `first + count` of the board in rows: given, hidden, now; in several blocks
  // where that makes them larger.
  void board(Frame& frame, ImVec2 low, ImVec2 high, std::size_t first, int count) {
    const Store& store = frame.store;
    const Board shown(store);
    const plot::Theme& theme = frame.theme;
    const bool labelled = !frame.compact && shown.mask == all_masks.name;
    const bool wide = !frame.compact && high.x - low.x >= 560;
    const std::array<ImU32, 3> colours{theme.data, theme.noise, theme.model};
    const std::array<std::string, 3> words{frame.text({"given", "주어진 그림"}),
                                           frame.text({"hidden", "가린 화소"}),
                                           frame.text({"now", "지금"})};
    float left = frame.compact ? 9.f : 8.f;
    if (wide) {
      for (const std::string& word : words) left = std::max(left, size_of(frame, word).x + 16);
    } else if (!frame.compact && high.y - low.y >= 130) {
      low.y += 2 + key(frame, low, high.x,
                       {{colours[0], words[0], Entry::Mark::square},
                        {colours[1], words[1], Entry::Mark::square},
                        {colours[2], words[2], Entry::Mark::square}});
    }
    if (frame.compact) {
      low = {low.x + 2, low.y + 3};
      high = {high.x - 4, high.y - 3};
      // A few, so that they can be told apart.
      const float side = (high.y - low.y - 4) / 3 * static_cast<float>(store.sample_shape.columns) /
                         static_cast<float>(store.sample_shape.rows);
      count =
          std::min(count, std::max(1, static_cast<int>((high.x - low.x - left + 3) / (side + 3))));
    }
    count = std::min(count, most_columns);
    low.x += left;

    // Three pictures above each other are laid out as one.
    data::SampleShape triple = store.sample_shape;
    triple.rows *= 3;
    const float inner = frame.compact ? 2.f : 4.f, head = labelled ? 17.f : 0.f;
    const ImVec2 gap{frame.compact ? 3.f
                     : wide        ? 10.f
                                   : 5.f,
                     2 * inner + head + (frame.compact ? 5.f : 12.f)};
    float label = 0;
    if (labelled) {
      for (const Mask& mask : masks)
        label = std::max(label, size_of(frame, frame.text(mask.brief), 11).x);
    }
    plot::PictureGrid grid;
    float best = -1;
    for (int blocks = 1; blocks <= count; ++blocks) {
      const int columns = (count + blocks - 1) / blocks;
      if (blocks > 1 && (count + columns - 1) / columns != blocks) continue;
      const plot::PictureGrid fitted = plot::fit_pictures(
          {low.x, low.y + head}, {high.x, high.y - 2 * inner}, triple, columns, blocks, count, gap);
      // Pictures without their labels are worth less.
      const float worth = fitted.cell.y * (fitted.pitch.x + 4 < label ? 0.6f : 1.f);
      if (worth > best) best = worth, grid = fitted;
    }
    const float scale = std::max(1.f, ImGui::GetIO().DisplayFramebufferScale.x);
    std::array<plot::PictureGrid, 3> rows{grid, grid, grid};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].cell.y = std::floor(grid.cell.y / 3 * scale) / scale;
      rows[i].origin.y += static_cast<float>(i) * (rows[0].cell.y + inner);
    }
    if (rows[0].cell.y < 4) return;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const std::size_t from = first * store.sample_shape.size();
    const auto from_there = [from](std::span<const float> all) { return all.subspan(from); };
    given_.draw(draw, from_there(shown.given), store.sample_shape, rows[0], 0, shown.given.version);
    const data::SampleShape tinted =
        tint(store, first, static_cast<std::size_t>(count), painted_mask(), theme.noise);
    hidden_.draw(draw, tinted_, tinted, rows[1], 0);
    now_.draw(draw, from_there(shown.now), store.sample_shape, rows[2], 0, shown.now.version);

    const float bar = frame.compact ? 2.f : 4.f;
    for (int block = 0; block < grid.rows(); ++block) {
      const int column = block * grid.columns;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const ImVec2 a = rows[i].min(column), b = rows[i].max(column);
        draw.AddRectFilled({a.x - bar - 4, a.y}, {a.x - 4, b.y}, colours[i], 1);
        if (!wide) continue;
        write(frame, {a.x - bar - 10 - size_of(frame, words[i]).x, 0.5f * (a.y + b.y) - 8},
              theme.muted, words[i]);
      }
    }
    if (frame.compact) return;
    for (int i = 0; i < grid.count; ++i) {
      for (const plot::PictureGrid& row : rows) {
        const ImVec2 a = row.min(i), b = row.max(i);
        draw.AddRect({a.x - 1, a.y - 1}, {b.x + 1, b.y + 1}, theme.hairline);
      }
      if (!labelled) continue;
      const Mask& mask = mask_of(shown, static_cast<std::size_t>(i));
      std::string name = frame.text(mask.words);
      float size = plot::axis_size;
      if (size_of(frame, name).x > grid.pitch.x - 2) name = frame.text(mask.brief), size = 11;
      const ImVec2 a = rows[0].min(i);
      const float width = size_of(frame, name, size).x;
      if (width <= grid.pitch.x + 4)
        write(frame, {a.x + 0.5f * (grid.cell.x - width), a.y - 16}, theme.muted, name, size);
    }
    const Touch area = touch("board", rows[0].origin, rows[2].end());
    if (!area.hovered) return;
    for (int i = 0; i < grid.count; ++i) {
      const ImVec2 a = rows[0].min(i), b = rows[2].max(i);
      if (area.at.x < a.x || area.at.x > b.x || area.at.y < a.y || area.at.y > b.y) continue;
      draw.AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, theme.ink, 0, 0, 2);
      return compare(frame, first + static_cast<std::size_t>(i));
    }
  }

  // The picture as it is, as it began and as it is now, beside the pointer.
  void compare(Frame& frame, std::size_t index) {
    const Store& store = frame.store;
    const Board shown(store);
    const auto given = sample_of(store, shown.given, index),
               now = sample_of(store, shown.now, index),
               hidden = sample_of(store, shown.hidden, index);
    const auto number = static_cast<std::size_t>(std::max(0, picture_of(shown, index)));
    Bubble content;
    content.lines.push_back(frame.text({"test picture ", "시험 그림 "}) + std::to_string(number));
    if (const std::string name = class_of(store, number); !name.empty())
      content.lines.back() += frame.text({", class ", ", 분류 "}) + name;
    content.lines.push_back(frame.text(mask_of(shown, index).words));
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (hidden[i] < 0.5f) continue;
      const double difference = static_cast<double>(given[i]) - static_cast<double>(now[i]);
      sum += difference * difference;
      ++count;
    }
    if (count > 0) {
      content.lines.push_back(
          frame.text({"mean squared error where hidden ", "가린 곳의 평균 제곱 오차 "}) +
          plot::brief(sum / count, 3));
    }
    content.captions = {frame.text({"given", "주어진 그림"}), frame.text({"now", "지금"})};
    content.pictures.assign(given.begin(), given.end());
    content.pictures.insert(content.pictures.end(), now.begin(), now.end());
    bubble(frame, beside_, content);
  }

  // ---------------------------------------------------------------- painting

  // The first picture large, to paint on; beside it how it looks now; the others below.
  void easel(Frame& frame, ImVec2 low, ImVec2 high, int count) {
    const plot::Theme& theme = frame.theme;
    const data::SampleShape& shape = frame.store.sample_shape;
    const float width = high.x - low.x, height = high.y - low.y;
    const bool others = count > 1 && height >= 250;
    const float caption = height >= 120 ? 18.f : 0.f;
    const float most = (others ? 0.6f * height : height) - caption;
    // Tools at the right of both pictures, or under them.
    constexpr float tool_width = 136, tool_row = control_height + 6;
    const bool in_a_row = width >= 250;
    const float under = in_a_row ? tool_row : 2 * tool_row;
    const float tall = static_cast<float>(shape.rows) / static_cast<float>(shape.columns);
    const auto side = [&](float w, float h) { return std::min(0.5f * (w - 12), h / tall); };
    const bool right = side(width - tool_width - 12, most) >= side(width, most - under);
    const float each =
        std::max(16.f, right ? side(width - tool_width - 12, most) : side(width, most - under));
    const float used = 2 * each + 12 + (right ? tool_width + 16 : 0);
    const float x = low.x + std::max(0.f, 0.5f * (width - used));
    const float y = low.y + caption;
    const auto place = [&](float from) {
      plot::PictureGrid grid = plot::fit_pictures(
          {from + 2, y + 2}, {from + each - 2, y + each * tall - 2}, shape, 1, 1, 1);
      grid.origin.y = y + 2;
      return grid;
    };
    const plot::PictureGrid canvas = place(x), now = place(x + each + 12);
    if (caption > 0) {
      const auto name = [&](const plot::PictureGrid& grid, ImU32 colour, const char* words) {
        ImGui::GetWindowDrawList()->AddRectFilled({grid.origin.x - 2, low.y + 4},
                                                  {grid.origin.x + 6, low.y + 12}, colour, 1);
        write(frame, {grid.origin.x + 11, low.y}, theme.muted, words);
      };
      name(canvas, theme.noise, frame.text({"paint here", "여기에 칠하세요"}));
      name(now, theme.model, frame.text({"now", "지금"}));
    }
    paint(frame, canvas);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    large_now_.draw(draw, sample_of(frame.store, frame.store.array("inpainted"), 0), shape, now, 0);
    outline(now, theme.model);
    if (right) {
      tools(frame, {now.end().x + 18, y}, tool_width, false);
    } else {
      const float from = canvas.origin.x - 2, room = now.end().x + 2 - from;
      const float wanted = std::min(std::max(room, 264.f), width);
      tools(frame, {std::clamp(from, low.x, high.x - wanted), canvas.end().y + 8}, wanted,
            in_a_row);
    }
    const float bottom =
        std::max(canvas.end().y + 14 + (right ? 0 : under), right ? y + 3 * tool_row + 20 : 0.f);
    if (others && high.y - bottom > 50) board(frame, {low.x, bottom}, high, 1, count - 1);
  }

  static void outline(const plot::PictureGrid& grid, ImU32 colour) {
    const ImVec2 a = grid.min(0), b = grid.max(0);
    ImGui::GetWindowDrawList()->AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, colour, 0, 0, 1.5f);
  }

  void paint(Frame& frame, const plot::PictureGrid& grid) {
    const plot::Theme& theme = frame.theme;
    const data::SampleShape& shape = frame.store.sample_shape;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const Touch area = touch("canvas", grid.origin, grid.end());
    // In pixels of the picture.
    const float pixel = grid.cell.x / static_cast<float>(shape.columns);
    const ImVec2 at{(area.at.x - grid.origin.x) / pixel, (area.at.y - grid.origin.y) / pixel};
    if (area.held) {
      stroke(shape, painting_ ? last_ : at, at);
      last_ = at;
      painting_ = true;
      if (unsent_ && throttle_.due()) send_painted(frame);
    } else if (painting_) {
      painting_ = false;
      send_painted(frame);
    }
    const data::SampleShape tinted = tint(frame.store, 0, 1, painted_mask(), theme.noise);
    large_hidden_.draw(draw, tinted_, tinted, grid, 0);
    outline(grid, theme.noise);
    if (blank() && !area.held && grid.cell.x >= 130) {
      const char* words = frame.text({"Paint over the picture: what you cover is filled in.",
                                      "그림 위에 칠하세요. 가린 곳을 채워 넣습니다."});
      const float room = std::max(40.f, grid.cell.x - 24);
      const ImVec2 size = frame.fonts.regular->CalcTextSizeA(plot::small_size, 1e9f, room, words);
      const ImVec2 middle{grid.origin.x + 0.5f * grid.cell.x, grid.end().y - 0.5f * size.y - 10};
      draw.AddRectFilled({middle.x - 0.5f * size.x - 6, middle.y - 0.5f * size.y - 3},
                         {middle.x + 0.5f * size.x + 6, middle.y + 0.5f * size.y + 3},
                         plot::faded(theme.background, 0.9f), 4);
      paragraph(frame, {middle.x - 0.5f * size.x, middle.y - 0.5f * size.y}, room, theme.ink, words,
                plot::small_size);
    }
    if (area.hovered || area.held) {
      draw.PushClipRect(grid.origin, grid.end(), true);
      const float radius = std::max(3.f, 0.5f * brush_ * pixel);
      draw.AddCircle(area.at, radius, plot::faded(theme.background, 0.9f), 0, 3);
      draw.AddCircle(area.at, radius, erasing_ ? theme.muted : theme.noise, 0, 1.5f);
      draw.PopClipRect();
    }
  }

  // A round brush from one place to another, in pixels of the picture.
  void stroke(const data::SampleShape& shape, ImVec2 from, ImVec2 to) {
    const float radius = 0.5f * brush_, value = erasing_ ? 0.f : 1.f;
    const float length = std::hypot(to.x - from.x, to.y - from.y);
    const int steps = std::clamp(static_cast<int>(std::ceil(2 * length)), 1, 400);
    const int columns = static_cast<int>(shape.columns), rows = static_cast<int>(shape.rows);
    for (int step = 0; step <= steps; ++step) {
      const float t = static_cast<float>(step) / static_cast<float>(steps);
      const float x = from.x + t * (to.x - from.x), y = from.y + t * (to.y - from.y);
      const auto near = [&](float low, int count) {
        return static_cast<int>(std::clamp(std::floor(low), 0.f, static_cast<float>(count)));
      };
      for (int row = near(y - radius, rows); row < near(y + radius + 1, rows); ++row) {
        for (int column = near(x - radius, columns); column < near(x + radius + 1, columns);
             ++column) {
          const float dx = static_cast<float>(column) + 0.5f - x,
                      dy = static_cast<float>(row) + 0.5f - y;
          // The pixel under the pointer always, however thin the brush.
          const bool under = std::fabs(dx) <= 0.5f && std::fabs(dy) <= 0.5f;
          if (!under && dx * dx + dy * dy > radius * radius) continue;
          float& pixel = painted_[static_cast<std::size_t>(row * columns + column)];
          unsent_ = unsent_ || pixel != value;
          pixel = value;
        }
      }
    }
  }

  void tools(Frame& frame, ImVec2 at, float width, bool in_a_row) {
    const char* eraser = frame.text({"Eraser", "지우개"});
    const char* clear = frame.text({"Clear", "비우기"});
    const float first = button_width(frame, eraser), second = button_width(frame, clear);
    if (button(
            frame, eraser, at, 0,
            frame.text({"Uncovers pixels instead of hiding them", "가린 화소를 다시 드러냅니다"}),
            erasing_)) {
      erasing_ = !erasing_;
    }
    if (button(frame, clear, {at.x + first + 6, at.y}, 0,
               frame.text({"Hides nothing", "아무것도 가리지 않습니다"}))) {
      std::fill(painted_.begin(), painted_.end(), 0.f);
      erasing_ = false;
      send_painted(frame);
    }
    const ImVec2 to = in_a_row ? ImVec2{at.x + first + second + 14, at.y}
                               : ImVec2{at.x, at.y + control_height + 6};
    const float room = in_a_row ? width - first - second - 14 : width;
    const std::string words = std::to_string(static_cast<int>(std::lround(brush_))) + " px";
    const float number = 38;
    float length = std::min(room - number, 160.f);
    slider(frame, "##brush", to, length, brush_, 1, 5,
           frame.text({"Width of the brush, in pixels of the picture", "붓의 굵기(그림의 화소)"}));
    brush_ = std::round(brush_);
    write(frame, {to.x + length + 8, to.y + 6}, frame.theme.ink, words, plot::small_size);
  }

  // ---------------------------------------------------------------- progress

  void status(Frame& frame, ImVec2 low, ImVec2 high) {
    const Board shown(frame.store);
    const plot::Theme& theme = frame.theme;
    const float width = high.x - low.x;
    const bool tall = high.y - low.y >= 40;
    const std::string moves =
        frame.korean
            ? std::to_string(shown.most_moves) + "번 중 " + std::to_string(shown.moves) + "번"
            : "move " + std::to_string(shown.moves) + " of " + std::to_string(shown.most_moves);
    const std::string now = words_of(shown.log_density), given = words_of(shown.given_log_density);
    const bool bound = frame.store.can("bound");
    const std::string name = bound ? frame.text({"bound", "하한"}) : "ln p";
    const std::string name_now =
                          frame.korean ? "지금 평균 " + name + " " : "mean " + name + " now ",
                      name_given = frame.text({"as given ", "원래 그림 "});
    const float line = std::clamp(0.34f * width, 60.f, 300.f);
    const float chart = tall ? high.x - line : high.x;
    const auto mark = [&](ImVec2 at, ImU32 colour, bool dashed, const std::string& words) {
      const float y = at.y + 8;
      if (dashed) {
        for (float x = at.x; x < at.x + 18; x += 7)
          stroke_line({x, y}, {std::min(x + 4, at.x + 18), y}, colour);
      } else {
        stroke_line({at.x, y}, {at.x + 18, y}, colour);
      }
      write(frame, {at.x + 23, at.y}, theme.ink, words);
      return 23 + size_of(frame, words).x;
    };
    const std::string words_now = name_now + now + (tall && width < 560 ? "" : " nats");
    const std::string words_given = name_given + given + (tall && width < 560 ? "" : " nats");
    if (!tall) {
      const float first = size_of(frame, moves).x + 14;
      write(frame, low, theme.muted, moves);
      float x = low.x + first;
      if (x + 60 + size_of(frame, words_now + words_given).x <= chart) {
        x += mark({x, low.y}, theme.belief, false, words_now) + 14;
        mark({x, low.y}, theme.data, true, words_given);
      } else {
        const std::string brief = name + " " + now + " (" + name_given + given + ")";
        if (x + size_of(frame, brief).x <= high.x) write(frame, {x, low.y}, theme.ink, brief);
        else write(frame, {x, low.y}, theme.ink, name + " " + now);
      }
      explain_here(frame, low, high);
      return;
    }
    // How far it has come, as a hairline that fills.
    const float share =
        shown.most_moves > 0
            ? std::clamp(static_cast<float>(shown.moves) / static_cast<float>(shown.most_moves),
                         0.f, 1.f)
            : 0.f;
    if (width >= 560) {
      const float bar = 180;
      write(frame, {low.x, low.y + 6}, theme.ink, moves, plot::small_size);
      progress(frame, {low.x, low.y + 30}, bar, share);
      const float x = low.x + bar + 24;
      mark({x, low.y + 2}, theme.belief, false, words_now);
      mark({x, low.y + 22}, theme.data, true, words_given);
    } else {
      write(frame, {low.x, low.y - 4}, theme.muted, moves);
      mark({low.x, low.y + 12}, theme.belief, false, words_now);
      mark({low.x, low.y + 28}, theme.data, true, words_given);
    }
    sparkline(frame, {chart, low.y}, {high.x, high.y});
    explain_here(frame, low, high);
  }

  static void stroke_line(ImVec2 from, ImVec2 to, ImU32 colour) {
    ImGui::GetWindowDrawList()->AddLine(from, to, colour, 2);
  }

  static void progress(const Frame& frame, ImVec2 at, float width, float share) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled(at, {at.x + width, at.y + 4}, frame.theme.hairline, 2);
    if (share > 0)
      draw.AddRectFilled(at, {at.x + std::max(4.f, share * width), at.y + 4}, frame.theme.model, 2);
  }

  static void explain_here(const Frame& frame, ImVec2 low, ImVec2 high) {
    touch("status", low, high);
    if (frame.store.can("bound")) {
      return explain(
          frame,
          frame.text({"Every move draws a code of the picture as it is now and puts what it "
                      "decodes to where pixels are hidden. The bound on ln p is in nats, "
                      "the mean over the pictures.",
                      "매번 지금 그림의 코드를 뽑고, 가린 화소에 그 디코딩을 넣습니다. ln p의 "
                      "하한은 그림들의 평균이며 단위는 nat입니다."}));
    }
    explain(frame,
            frame.text({"Every move goes a little up the gradient of ln p with respect to "
                        "the hidden pixels, and adds a little noise; the steps get "
                        "smaller. ln p is in nats, the mean over the pictures. Filled "
                        "pictures can end above the real ones: the density is highest where "
                        "pictures are smooth, not where data are.",
                        "매번 가린 화소에 대한 ln p의 기울기를 따라 조금 오르고 잡음을 "
                        "조금 더합니다. 걸음은 점점 작아집니다. ln p는 그림들의 평균이며 "
                        "단위는 nat입니다. 채운 그림이 진짜보다 높게 끝날 수도 있습니다. "
                        "밀도는 데이터가 있는 곳이 아니라 매끄러운 그림에서 가장 높습니다."}));
  }

  void sparkline(const Frame& frame, ImVec2 low, ImVec2 high) const {
    const Board shown(frame.store);
    const plot::Theme& theme = frame.theme;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddLine({low.x, high.y}, high, theme.hairline);
    if (curve_.empty()) return;
    // The first moves climb from far below; what follows is worth the height.
    std::vector<double> sorted;
    for (const Point& point : curve_) sorted.push_back(point.value);
    std::sort(sorted.begin(), sorted.end());
    const bool known = is_number(shown.given_log_density);
    double bottom = sorted[sorted.size() / 8], top = sorted.back();
    if (known) {
      bottom = std::min(bottom, shown.given_log_density);
      top = std::max(top, shown.given_log_density);
    }
    const double room = std::max(0.1 * (top - bottom), 1e-6);
    bottom -= room;
    top += room;
    const double last = std::max(static_cast<double>(shown.most_moves), curve_.back().move);
    const auto place = [&](double move, double value) {
      return ImVec2{
          low.x + (high.x - low.x) * static_cast<float>(last > 0 ? move / last : 0),
          high.y - (high.y - low.y) * static_cast<float>((value - bottom) / (top - bottom))};
    };
    draw.PushClipRect({low.x, low.y}, {high.x + 4, high.y}, true);
    if (known) {
      const float y = place(0, shown.given_log_density).y;
      for (float x = low.x; x < high.x; x += 8)
        draw.AddLine({x, y}, {std::min(x + 5, high.x), y}, theme.data, 1.5f);
    }
    std::vector<ImVec2> line;
    for (const Point& point : curve_) line.push_back(place(point.move, point.value));
    draw.AddPolyline(line.data(), static_cast<int>(line.size()), theme.belief, 0, 1.5f);
    draw.AddCircleFilled(line.back(), 3, theme.belief);
    draw.PopClipRect();
  }

  struct Point {
    double move, value;
  };

  std::string chosen_, curve_mask_;
  int first_ = 0, curve_first_ = 0;
  bool asked_ = false, cleared_ = false;
  std::uint64_t load_ = 0;
  Pending pending_;

  std::vector<float> painted_;  // (rows·columns): 1 hidden
  float brush_ = 3;
  bool erasing_ = false, painting_ = false, unsent_ = false;
  ImVec2 last_;
  Throttle throttle_;

  std::vector<Point> curve_;
  std::vector<float> tinted_;
  plot::Pictures given_, hidden_, now_, large_hidden_, large_now_, beside_;
};

}  // namespace

std::unique_ptr<View> make_inpainting() { return std::make_unique<Inpainting>(); }

}  // namespace lab::views
