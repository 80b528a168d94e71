using Skipper.Gateway;
using Skipper.Services.Data;
using Skipper.Services.Serving;
using Skipper.Services.Training;

var builder = WebApplication.CreateBuilder(args);
builder.AddGateway();
builder.AddDataService();
builder.AddTrainingService();
builder.AddServingService();

var app = builder.Build();
app.MapGateway();
app.Run();
