using Skipper.FragileWorker;
using Skipper.Services.Serving;
using Skipper.Services.Serving.Suspects;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("http://127.0.0.1:0");
builder.Services.AddSingleton<IModelEngine, FragileEngine>();
builder.AddServingService();
builder.AddSuspectProcess();
builder.AddMessaging()
    .Handle<ListModels, ModelList, OneModelRegistry>()
    .Handle<FindModel, ModelVersion, OneModelRegistry>();

var app = builder.Build();
if (await app.ScoreSuspectsAsync())
{
    return;
}

app.MapServingService();
app.Run();
