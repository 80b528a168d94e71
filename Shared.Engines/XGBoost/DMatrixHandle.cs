using System.Runtime.InteropServices;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Owns a native data matrix.</summary>
internal sealed class DMatrixHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.XGDMatrixFree(handle) == 0;
}
