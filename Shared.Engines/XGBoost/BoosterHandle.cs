using System.Runtime.InteropServices;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Owns a native booster; a call in progress keeps it alive.</summary>
internal sealed class BoosterHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.XGBoosterFree(handle) == 0;
}
