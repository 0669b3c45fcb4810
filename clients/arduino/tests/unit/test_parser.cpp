#include <random>

#include "harness.h"

typedef DcsParser::Event Event;

/// Returns the events that a parser makes of some bytes, in a short form.
static std::string parsed(const std::string &bytes) {
  DcsParser parser;
  std::string result;
  for (char c : bytes) {
    switch (parser.feed(c)) {
      case Event::None: break;
      case Event::AircraftStart: result += "aircraft<"; break;
      case Event::TextStart: result += "text" + std::to_string(parser.id()) + "<"; break;
      case Event::ErrorStart: result += "error<"; break;
      case Event::AircraftByte:
      case Event::TextByte:
      case Event::ErrorByte: result += c; break;
      case Event::AircraftEnd:
      case Event::TextEnd:
      case Event::ErrorEnd: result += ">"; break;
      case Event::BadLine: result += "bad;"; break;
      case Event::Gauge:
        result += std::to_string(parser.id()) + ":" + std::to_string(parser.raw()) + "=" +
                  std::to_string(parser.value().value()) + "e-" +
                  std::to_string(parser.value().decimals()) + ";";
        break;
    }
  }
  return result;
}

TEST(parser_reads_each_kind_of_line) {
  CHECK_EQUAL("aircraft<FA-18C_hornet>", parsed("0 FA-18C_hornet\n"));
  CHECK_EQUAL("7:71234=712e-1;", parsed("2 7 0.71234 71.2\n"));
  CHECK_EQUAL("0:-100000=-3e-0;", parsed("2 0 -1.00000 -3\n"));
  CHECK_EQUAL("text1<  12 3>", parsed("3 1   12 3\n"));
  CHECK_EQUAL("text0<>", parsed("3 0 \n"));
  CHECK_EQUAL("error<unknown gauge \"X\">", parsed("-1 unknown gauge \"X\"\n"));
}

TEST(parser_takes_cr_and_empty_lines) {
  CHECK_EQUAL("1:0=5e-0;1:0=6e-0;", parsed("2 1 0.00000 5\r\n\r\n\n2 1 0.00000 6\n"));
}

TEST(parser_rejects_lines_that_have_lost_bytes) {
  CHECK_EQUAL("bad;", parsed("2 1 0.5000 1\n"));
  CHECK_EQUAL("bad;", parsed("2 1 0.50000\n"));
  CHECK_EQUAL("bad;", parsed("2 1 0.500001\n"));
  CHECK_EQUAL("bad;", parsed("2 1 0.50000 \n"));
  CHECK_EQUAL("bad;", parsed("2 1 0.50000 12 2 0.50000 1\n"));
  CHECK_EQUAL("bad;", parsed("2 0.50000 1\n"));
  CHECK_EQUAL("bad;", parsed("2 300 0.50000 1\n"));
  CHECK_EQUAL("bad;", parsed("21 0.50000 1\n"));
  CHECK_EQUAL("bad;", parsed("50000 1\n"));
  CHECK_EQUAL("bad;", parsed("2 1 0.50000 --1\n"));
  CHECK_EQUAL("bad;", parsed("2 1 0.50000 1234567890\n"));
  CHECK_EQUAL("bad;1:0=1e-0;", parsed("\xff\x80garbage\n2 1 0.00000 1\n"));
}

TEST(parser_takes_any_bytes) {
  std::mt19937 random(1);
  const std::string alphabet = "0123 -.\n\r2x\xff";
  for (int i = 0; i < 20000; i++) {
    std::string bytes;
    for (int n = 0; n < 40; n++) bytes += alphabet[random() % alphabet.size()];
    std::string result = parsed(bytes + "\n2 9 0.12345 -6.78\n");
    CHECK_EQUAL("9:12345=-678e-2;", result.substr(result.size() - 16));
  }
}

static std::string sent(DcsLine &line, uint8_t room) {
  std::string result;
  uint8_t chunk[16];
  while (!line.empty()) {
    uint8_t count = line.peek(chunk, room);
    result.append(reinterpret_cast<char *>(chunk), count);
    line.advance(count);
  }
  return result;
}

TEST(line_is_the_same_in_any_pieces) {
  for (uint8_t room = 1; room <= 16; room++) {
    DcsLine line;
    CHECK(line.empty());
    line.begin('2', "Altimeter");
    line.add(' ');
    line.addNumber(-120);
    CHECK_EQUAL("2 Altimeter -120\n", sent(line, room));
    line.beginText(12, "txt_CHANNEL");
    line.add(' ');
    line.addNumber(0);
    CHECK_EQUAL("3 12 txt_CHANNEL 0\n", sent(line, room));
    line.beginQuestion();
    CHECK_EQUAL("\n0\n", sent(line, room));
  }
}

TEST(line_writes_thousandths) {
  const std::pair<long, const char *> cases[] = {{0, "0"},      {1000, "1"},    {-1000, "-1"},
                                                 {250, "0.25"}, {-5, "-0.005"}, {12340, "12.34"}};
  for (auto &expected : cases) {
    DcsLine line;
    line.begin('1', "X");
    line.addThousandths(expected.first);
    CHECK_EQUAL(std::string("1 X") + expected.second + "\n", sent(line, 16));
  }
}

TEST(line_has_at_most_128_bytes) {
  DcsLine line;
  std::string name(DCS_LONGEST_NAME, 'N');
  line.beginText(255, name.c_str());
  for (int i = 0; i < 100; i++) line.add('x');
  CHECK_EQUAL(6 + DCS_LONGEST_NAME + DCS_LONGEST_POSITION + 1 + 1, long(sent(line, 16).size()));
  CHECK(6 + DCS_LONGEST_NAME + DCS_LONGEST_POSITION + 2 <= 128);
}
