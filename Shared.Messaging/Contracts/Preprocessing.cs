namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Turns an image file into an array.</summary>
[TaskType("preprocess_image", Queues.Data, Idempotent = true)]
public sealed record PreprocessImage : IRequest<PreprocessedArray>
{
    /// <summary>What to turn into what.</summary>
    public required Input Data { get; init; }

    /// <summary>A PNG or JPEG file and what to make of it.</summary>
    public sealed record Input
    {
        /// <summary>Digest of the file in the artifact store.</summary>
        public required string Artifact { get; init; }

        /// <summary>What to make of it.</summary>
        public ImageRecipe Recipe { get; init; } = new();
    }
}

/// <summary>How an image becomes an array.</summary>
public sealed record ImageRecipe
{
    /// <summary>
    /// <c>seed-256</c> (bytes, shortest side 256, shape height x width x 3) or <c>imagenet-224</c> (float32, normalized, shape
    /// 1 x 3 x 224 x 224). Default: seed-256.
    /// </summary>
    public string Preset { get; init; } = "seed-256";

    /// <summary>Whether to turn the image upright first, as its EXIF data says. Default: false.</summary>
    public bool Exif { get; init; }
}

/// <summary>Turns a recording into a mel spectrogram in dB, with the numbers of librosa.</summary>
[TaskType("preprocess_audio", Queues.Data, Idempotent = true)]
public sealed record PreprocessAudio : IRequest<PreprocessedArray>
{
    /// <summary>What to turn into what.</summary>
    public required Input Data { get; init; }

    /// <summary>A recording and what to make of it.</summary>
    public sealed record Input
    {
        /// <summary>Digest of the file in the artifact store: WAV, FLAC, Ogg or MP3.</summary>
        public required string Artifact { get; init; }

        /// <summary>What to make of it.</summary>
        public AudioRecipe Recipe { get; init; } = new();
    }
}

/// <summary>How a recording becomes an array of float32, shape bands x frames; the names are librosa's.</summary>
public sealed record AudioRecipe
{
    /// <summary>Resamples to this; 0 = stays as recorded. Hertz. Default: 22050.</summary>
    public int SampleRate { get; init; } = 22_050;

    /// <summary>Samples per frame, a power of two. Default: 2048.</summary>
    public int NFft { get; init; } = 2048;

    /// <summary>Samples from one frame to the next. Default: 512.</summary>
    public int HopLength { get; init; } = 512;

    /// <summary>Mel bands. Default: 128.</summary>
    public int NMels { get; init; } = 128;

    /// <summary>Lower edge of the lowest band. Hertz. Default: 0.</summary>
    public double Fmin { get; init; }

    /// <summary>Upper edge of the highest band; absent = half the sample rate. Hertz.</summary>
    public double? Fmax { get; init; }

    /// <summary>Cells further below the loudest one are raised to it; negative = none is. Decibels. Default: 80.</summary>
    public double TopDb { get; init; } = 80;
}

/// <summary>Turns texts, one a line, into ids or weights of terms in an .npz.</summary>
[TaskType("preprocess_text", Queues.Data, Idempotent = true)]
public sealed record PreprocessText : IRequest<PreprocessedArray>
{
    /// <summary>What to turn into what.</summary>
    public required Input Data { get; init; }

    /// <summary>Texts and what to make of them.</summary>
    public sealed record Input
    {
        /// <summary>Digest of a UTF-8 file in the artifact store.</summary>
        public required string Artifact { get; init; }

        /// <summary>What to make of it.</summary>
        public required TextRecipe Recipe { get; init; }
    }
}

/// <summary>Turns weather records (a JSON array, or one JSON object a line) into features a model takes.</summary>
[TaskType("preprocess_weather", Queues.Data, Idempotent = true)]
public sealed record PreprocessWeather : IRequest<PreprocessedArray>
{
    /// <summary>What to turn.</summary>
    public required Input Data { get; init; }

    /// <summary>Weather records.</summary>
    public sealed record Input
    {
        /// <summary>
        /// Digest of a file in the artifact store. Records have <c>time</c> (ISO 8601 with offset, or seconds since 1970), <c>latitude</c> and
        /// <c>longitude</c>, and may have measurements.
        /// </summary>
        public required string Artifact { get; init; }
    }
}

/// <summary>An array that was made and stored.</summary>
public sealed record PreprocessedArray
{
    /// <summary>Digest of the .npy, or for texts the .npz, in the artifact store.</summary>
    public required string Artifact { get; init; }

    /// <summary>Sizes, outermost first.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>The name NumPy has for the type of the values.</summary>
    public required string Dtype { get; init; }

    /// <summary>What the columns mean, where they have names.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Digest of what gives ids or columns their meaning; absent = nothing was learnt.</summary>
    public string? Model { get; init; }

    /// <summary>Arrays that were made under the same one can be compared; absent = the request alone says how they were made.</summary>
    public string? Fingerprint { get; init; }
}
