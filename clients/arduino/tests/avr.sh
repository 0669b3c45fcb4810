# Compiles sketches for boards with Debian's compiler and core. For scripts in Bash, which set
# LIBRARY and OUT, the folders of the library and of what is built.

CORE=/usr/share/arduino/hardware/arduino/avr
PACKAGES=(python3-venv g++ gcc-avr avr-libc binutils-avr arduino-core-avr libsimavr-dev libelf-dev lua5.1 lua-socket)

have_tools() {
    python3 -c 'import ensurepip, venv' 2>/dev/null &&
        command -v g++ avr-g++ avr-size >/dev/null && [ -d "$CORE" ] && [ -f /usr/include/simavr/sim_avr.h ] &&
        [ -f /usr/include/libelf.h ] && [ -f /usr/lib/avr/include/avr/io.h ] &&
        lua5.1 -e 'require("socket")' 2>/dev/null
}

# Installs what is missing, where apt can.
need_tools() {
    have_tools || { scripts/install-packages "${PACKAGES[@]}" && have_tools; } || {
        echo "this needs these packages of Debian: ${PACKAGES[*]}" >&2
        exit 1
    }
}

# The flags of the core's platform.txt. Its headers need the one about DECIMAL_DIG with this compiler.
set_board() {
    MCU=${1%%:*}
    FLAGS=(-g -Os -ffunction-sections -fdata-sections -flto -mmcu="$MCU" -DF_CPU=16000000L -DARDUINO=10807
        -DARDUINO_ARCH_AVR -DDECIMAL_DIG=__DECIMAL_DIG__ -I"$CORE/cores/arduino" -I"$CORE/variants/${1##*:}")
    CXX=(avr-g++ -std=gnu++11 -fno-exceptions -fno-threadsafe-statics "${FLAGS[@]}")
    BUILD=$OUT/$MCU
}

build_core() {
    local source
    mkdir -p "$BUILD/core"
    for source in "$CORE"/cores/arduino/*.cpp; do
        "${CXX[@]}" -w -fpermissive -c "$source" -o "$BUILD/core/$(basename "$source").o"
    done
    for source in "$CORE"/cores/arduino/*.c; do
        avr-gcc -w -std=gnu11 "${FLAGS[@]}" -c "$source" -o "$BUILD/core/$(basename "$source").o"
    done
    avr-gcc -x assembler-with-cpp "${FLAGS[@]}" -c "$CORE/cores/arduino/wiring_pulse.S" -o "$BUILD/core/pulse.o"
    avr-gcc-ar rcs "$BUILD/core.a" "$BUILD"/core/*.o
}

build_library() {
    local source
    mkdir -p "$BUILD/library"
    for source in "$LIBRARY"/src/dcs/*.cpp; do
        "${CXX[@]}" -Wall -Wextra -Werror -c "$source" -o "$BUILD/library/$(basename "$source").o"
    done
}

# build_sketch FILE NAME [FLAG...]
build_sketch() {
    local elf=$OUT/firmware/$2.$MCU.elf
    "${CXX[@]}" -Wall -Wextra -Werror -I"$LIBRARY/src" -I"$LIBRARY/tests/shim/avr" "${@:3}" \
        -include Arduino.h -x c++ -c "$1" -o "$BUILD/$2.o"
    avr-gcc -Os -g -flto -fuse-linker-plugin -Wl,--gc-sections -mmcu="$MCU" "$BUILD/$2.o" \
        "$BUILD"/library/*.o "$BUILD/core.a" -lm -o "$elf"
    avr-size "$elf" | awk -v name="$2" -v mcu="$MCU" \
        'NR == 2 { printf "  %-18s %-10s %6d bytes of flash, %4d of RAM\n", name, mcu, $1 + $2, $2 + $3 }'
}

# Builds the program that runs a sketch on an emulated board behind a pseudo-terminal.
build_emulator() {
    g++ -std=c++14 -O2 -Wall -Wextra -isystem /usr/include/simavr "$LIBRARY"/tests/emulate/main.cpp \
        "$LIBRARY"/tests/bench/{board,cable}.cpp -lsimavr -lelf -o "$OUT/emulate"
}
