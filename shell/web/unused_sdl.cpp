// In place of the parts of SDL that the page has no use for: what is defined here is not taken from
// the library, nor is what it alone would bring along, a fifth of a megabyte in all. Everything is
// drawn by OpenGL; gamepads and sound are not asked for.
#include <SDL.h>

extern "C" {

// ---------------------------------------------------------------- surfaces

int SDL_CalculateBlit(SDL_Surface*) {
  return SDL_SetError("Surfaces are not copied in software here.");
}
int SDL_RLESurface(SDL_Surface*) { return -1; }
void SDL_UnRLESurface(SDL_Surface*, int) {}

// ---------------------------------------------------------------- SDL's own renderer

SDL_Renderer* SDL_CreateRenderer(SDL_Window*, int, Uint32) { return nullptr; }
SDL_Renderer* SDL_GetRenderer(SDL_Window*) { return nullptr; }
void SDL_DestroyRenderer(SDL_Renderer*) {}
void SDL_DestroyRendererWithoutFreeing(SDL_Renderer*) {}
int SDL_GetNumRenderDrivers() { return 0; }
int SDL_GetRenderDriverInfo(int, SDL_RendererInfo*) { return -1; }
int SDL_GetRendererInfo(SDL_Renderer*, SDL_RendererInfo*) { return -1; }
int SDL_GetRendererOutputSize(SDL_Renderer*, int*, int*) { return -1; }
int SDL_RenderSetViewport(SDL_Renderer*, const SDL_Rect*) { return -1; }
int SDL_RenderCopy(SDL_Renderer*, SDL_Texture*, const SDL_Rect*, const SDL_Rect*) { return -1; }
void SDL_RenderPresent(SDL_Renderer*) {}
SDL_Texture* SDL_CreateTexture(SDL_Renderer*, Uint32, int, int, int) { return nullptr; }
int SDL_UpdateTexture(SDL_Texture*, const SDL_Rect*, const void*, int) { return -1; }
void SDL_DestroyTexture(SDL_Texture*) {}

// ---------------------------------------------------------------- gamepads

int SDL_JoystickInit() { return -1; }
void SDL_JoystickQuit() {}
int SDL_JoystickEventState(int) { return SDL_IGNORE; }
void SDL_JoystickUpdate() {}
int SDL_NumJoysticks() { return 0; }
int SDL_GameControllerInit() { return -1; }
void SDL_GameControllerQuit() {}
SDL_bool SDL_IsGameController(int) { return SDL_FALSE; }
SDL_GameController* SDL_GameControllerOpen(int) { return nullptr; }
void SDL_GameControllerClose(SDL_GameController*) {}
Sint16 SDL_GameControllerGetAxis(SDL_GameController*, SDL_GameControllerAxis) { return 0; }
Uint8 SDL_GameControllerGetButton(SDL_GameController*, SDL_GameControllerButton) { return 0; }

// ---------------------------------------------------------------- sound

int SDL_AudioInit(const char*) { return -1; }
void SDL_AudioQuit() {}

}  // extern "C"
