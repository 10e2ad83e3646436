// In place of SDL's own chooser of software blitters, which would bring all of them along: 170 KB
// to download, though everything here is drawn by OpenGL.
#include <SDL.h>

extern "C" int SDL_CalculateBlit(SDL_Surface*) {
  return SDL_SetError("Surfaces are not copied in software here.");
}
